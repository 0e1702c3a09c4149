/** Style of the page of a learned codec's file, in the colours of the page of runs. */
export const SYMBOLS_STYLE = `
:root { color-scheme: light dark; --ground: #f5f6f8; --surface: #fff; --line: #e1e4e9; --text: #1b1f27; --soft: #59616f; --accent: #0b62c4; font: 14px/1.45 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ground: #111418; --surface: #191d23; --line: #2a3038; --text: #e7eaef; --soft: #9ea7b4; --accent: #6cb0f5; } }
body { margin: 0 auto; max-width: 1200px; padding: 16px; background: var(--ground); color: var(--text); }
h1 { font-size: 17px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 14px; margin: 24px 0 8px; }
dl { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
section { display: grid; gap: 12px; }
.pictures { grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); margin-top: 16px; }
.channels { grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); }
figure { margin: 0; padding: 8px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
figcaption { color: var(--soft); font-size: 12px; }
img { display: block; width: 100%; height: auto; }
.channels img { image-rendering: pixelated; }
svg { display: block; max-width: 100%; height: auto; margin-top: 6px; fill: var(--accent); }
text { fill: var(--soft); font-size: 9px; text-anchor: middle; }
table { margin-top: 24px; border-collapse: collapse; background: var(--surface); }
th, td { padding: 3px 12px; border: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 600; }
`;
