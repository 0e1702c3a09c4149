import { defineExperiment, overJpeg, overJpegSettings, overTables } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs through a JPEG codec, for what people see (LPIPS) rather than squared error',
  settings: {
    ...overJpegSettings,
    /** Chroma of the JPEG codec: 4:4:4 or 4:2:0. */
    subsampling: '4:4:4',
    /** Quantisation tables: flat, whose step is trained, or a tables.json that `export` wrote, which stays as it is. */
    tables: 'flat',
    /** Factor on the steps of such a file. */
    tableScale: 1,
    /** Network of LPIPS: alex, squeeze or vgg; those that it is not trained for can judge. */
    net: 'alex',
    /** Weight of LPIPS, which is scaled to equal the squared error where errors are small. */
    lpips: 1,
    /** Weight of the squared error: without it colours drift to where this network of LPIPS does not look, but others do. */
    mse: 0.3,
    /** Bits dear enough that the codec works between 0.2 and 1 bit per pixel. */
    gamma: 200,
    /** Down to a tenth at the end: LPIPS is a noisy loss. */
    schedule: 'cosine',
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
  },
  sandwich: (settings) => {
    const { subsampling } = settings;
    if (subsampling !== '4:4:4' && subsampling !== '4:2:0')
      throw new Error(`subsampling must be 4:4:4 or 4:2:0, got '${subsampling}'`);
    if (settings.tables !== 'flat') return overTables(settings, subsampling);
    if (settings.tableScale !== 1) throw new Error('tableScale scales the tables of a file: set tables, too');
    return overJpeg(settings, { downsampleChroma: subsampling === '4:2:0' });
  },
  distortion: ({ net, lpips, mse }) => ({ [`lpips-${net}`]: lpips, mse }),
});
