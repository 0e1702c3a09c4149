import { useEffect, useState } from 'preact/hooks';

/** The size of a pixel of the screen in CSS pixels, as it changes. */
export function useDevicePixel(): number {
  const [ratio, setRatio] = useState(devicePixelRatio);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const follow = () => setRatio(devicePixelRatio);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [ratio]);
  return 1 / ratio;
}
