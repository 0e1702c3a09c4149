import { definePreEditor } from '@sandwich/models';

export default definePreEditor({
  description:
    'a network that edits pictures before JPEG codes them (deep pre-editing, the google_baseline of LearnedJPEG)',
  settings: {},
});
