import type { measureFile } from '@sandwich/evaluation';

/** How like its original a decoded picture is, `SSIM 0.9312, PSNR 31.20 dB`; PSNR alone where a picture is too small for SSIM. */
export const shownQuality = ({ ssim, psnr }: Pick<ReturnType<typeof measureFile>, 'ssim' | 'psnr'>): string =>
  `${ssim === undefined ? '' : `SSIM ${ssim.toFixed(4)}, `}PSNR ${psnr.toFixed(2)} dB`;
