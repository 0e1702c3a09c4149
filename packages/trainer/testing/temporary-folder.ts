export { useTemporaryFolder } from '../../files/testing/temporary-folder.js';
