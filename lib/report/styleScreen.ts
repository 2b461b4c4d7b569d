/** Custom properties by scheme; the test reads contrast out of these. */
export const LIGHT = {
  paper: "#ffffff",
  ink: "#182230",
  soft: "#4c5768",
  line: "#d6dce5",
  fill: "#f3f5f9",
  accent: "#0b57b0",
  bad: "#a8201a",
  "bad-fill": "#fdecea",
  good: "#17633a",
  "good-fill": "#e6f4ec",
  warn: "#7d4a00",
  "warn-fill": "#fdf1dc",
  attack: "#b3261e",
  detection: "#7d4a00",
  response: "#0b57b0",
  "hue-0": "#12467e",
  "hue-1": "#6a3d7c",
  "hue-2": "#1d6151",
  "hue-3": "#7a4a12",
  "hue-4": "#525c6b",
  "on-hue": "#ffffff",
} as const;

export const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  paper: "#11161e",
  ink: "#e6eaf0",
  soft: "#a9b4c3",
  line: "#323c4a",
  fill: "#1a212c",
  accent: "#8ab8ff",
  bad: "#ff9b92",
  "bad-fill": "#3a1a1a",
  good: "#7fdaa6",
  "good-fill": "#12301f",
  warn: "#ffc873",
  "warn-fill": "#36280f",
  attack: "#ff9b92",
  detection: "#ffc873",
  response: "#8ab8ff",
  "hue-0": "#12467e",
  "hue-1": "#6a3d7c",
  "hue-2": "#1d6151",
  "hue-3": "#7a4a12",
  "hue-4": "#525c6b",
  "on-hue": "#ffffff",
};

const properties = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");

export const SCREEN = `
:root{color-scheme:light dark;${properties(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${properties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:66rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,h5{line-height:1.2;text-wrap:balance;overflow-wrap:break-word}
h1{font-size:clamp(1.55rem,1.1rem + 2vw,2.3rem);letter-spacing:-.015em;margin:.2rem 0 1rem}
h2{font-size:1.45rem;letter-spacing:-.01em;margin:0 0 .8rem;padding-top:1.1rem;border-top:2px solid var(--ink)}
h3{font-size:1.12rem;margin:1.7rem 0 .55rem}
h4{font-size:1rem;margin:1.2rem 0 .4rem}
h5{font-size:.9rem;margin:.9rem 0 .3rem}
p{margin:.4rem 0 .8rem}
section{margin-top:2.6rem}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
small{color:var(--soft);font-size:.86em}
code,pre,.when{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:.86em}
.when span{white-space:nowrap}
.when{white-space:nowrap;font-variant-numeric:tabular-nums}
.unknown{color:var(--warn);font-style:italic}
.none,.note{color:var(--soft)}
.note{font-size:.9rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.kind{margin:0;color:var(--soft);font-size:.9rem;letter-spacing:.04em;text-transform:uppercase}
.warning{border:2px solid var(--warn);background:var(--warn-fill);color:var(--warn);font-weight:600;padding:.6rem .9rem;border-radius:.35rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(25rem,100%),1fr));gap:.1rem 2.4rem;margin:.6rem 0 1rem}
.facts div{display:grid;grid-template-columns:minmax(6.5rem,9.5rem) 1fr;gap:.8rem;padding:.32rem 0;border-bottom:1px solid var(--line)}
.facts dt{color:var(--soft)}
.facts dd{margin:0}
.lead{font-size:1.12rem;line-height:1.5;max-width:56rem}
.verdict{border-left:6px solid;padding:.5rem .9rem;border-radius:.2rem;font-weight:600}
.verdict.good{border-color:var(--good);background:var(--good-fill);color:var(--good)}
.verdict.warn{border-color:var(--warn);background:var(--warn-fill);color:var(--warn)}
.verdict.bad{border-color:var(--bad);background:var(--bad-fill);color:var(--bad)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:1rem;margin:.4rem 0 1rem}
.card{border:1px solid var(--line);border-top:4px solid var(--accent);border-radius:.35rem;padding:.8rem 1rem;background:var(--fill)}
.card h3{margin:0;color:var(--soft);font-weight:600;font-size:1rem}
.figure{font-size:1.9rem;font-weight:700;line-height:1.15;margin:.15rem 0;font-variant-numeric:tabular-nums}
.figure small{font-size:1rem;font-weight:500}
.figure .unknown{font-size:1.5rem}
.second{margin:.1rem 0}
.meaning{color:var(--soft);font-size:.9rem;margin:.4rem 0 0}
.source{font-size:.8rem;font-weight:400;white-space:nowrap}
.checks{list-style:none;padding:0;margin:.6rem 0}
.checks li{display:grid;grid-template-columns:2.2rem 1fr;padding:.3rem 0;border-bottom:1px solid var(--line)}
.checks small{display:block}
.box{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-weight:700}
.done .box{color:var(--good)}
.open .box{color:var(--bad)}
.pill{display:inline-block;max-width:14rem;overflow-wrap:break-word;border:1px solid currentColor;border-radius:1rem;padding:.02rem .6rem;font-size:.82rem;font-weight:600;color:var(--soft)}
.pill.good{color:var(--good)}.pill.warn{color:var(--warn)}.pill.bad{color:var(--bad)}
.pill.attack{color:var(--attack)}.pill.detection{color:var(--detection)}.pill.response{color:var(--response)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;font-size:.9rem}
.answer{margin-top:1.4rem}
details{border-bottom:1px solid var(--line);padding:.35rem 0}
summary{cursor:pointer;color:var(--accent);padding:.25rem 0}
summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
summary h3{display:inline;margin:0;color:var(--ink)}
.fold{margin:.6rem 0;border:1px solid var(--line);border-radius:.35rem;padding:.2rem .9rem}
h2 .number,h3 .number{color:var(--soft);font-weight:500;margin-right:.4rem}
.scroll{overflow-x:auto;margin:.6rem 0 1.1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding-bottom:.35rem}
th,td{border-bottom:1px solid var(--line);padding:.4rem .7rem .4rem 0;text-align:left;vertical-align:top;min-width:6rem}
th.wide,td.wide{min-width:17rem}
th.name,td.name{min-width:11rem}
th.time,td.time{min-width:10rem;line-height:1.8}
thead th{border-bottom:2px solid var(--soft);font-size:.84rem;color:var(--soft);vertical-align:bottom}
tbody th{font-weight:500}
th.number,td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:3.5rem}
tr:target{background:var(--warn-fill)}
.ids code{display:inline-block;font-size:.76rem}
.slim{max-width:56rem}.slim th,.slim td{min-width:0}
.slim thead th{white-space:normal}
.moments td.name{min-width:8rem}.moments .pill{white-space:nowrap}
.chain{list-style:none;padding:0;margin:.6rem 0 1.2rem;display:flex;flex-wrap:wrap;gap:.6rem 0}
.chain li{flex:1 1 11rem;border:1px solid var(--line);background:var(--fill);border-radius:.35rem;padding:.5rem .8rem;margin-right:1.8rem;position:relative}
.chain li:last-child{margin-right:0}
.chain li:not(:last-child)::after{content:"\\2192";position:absolute;right:-1.45rem;top:50%;transform:translateY(-50%);color:var(--soft);font-size:1.2rem}
.chain .label{display:block;color:var(--soft);font-size:.84rem}
.action{border:1px solid var(--line);border-radius:.35rem;padding:.2rem 1rem .6rem;margin:.9rem 0}
pre{background:var(--fill);border:1px solid var(--line);border-radius:.35rem;padding:.7rem .9rem;overflow-x:auto;white-space:pre-wrap;line-height:1.45;margin:.3rem 0 .8rem}
ins{color:var(--good);background:var(--good-fill);text-decoration:none}
del{color:var(--bad);background:var(--bad-fill);text-decoration:none}
figure{margin:.6rem 0 1.2rem}
.gap{color:var(--soft);text-align:center;border-top:1px dashed var(--soft);border-bottom:1px dashed var(--soft);padding:.3rem;font-size:.9rem}
figcaption{font-size:.88rem;color:var(--soft)}
.key{display:inline-block;margin-right:.8rem}
svg.chart{display:block;overflow:hidden}
svg text{fill:var(--ink);font-size:12px}
svg .tick,svg .axis{fill:var(--soft);font-size:11px}
svg .lane,svg .value{font-weight:600}
svg .grid{stroke:var(--line);stroke-width:1}
svg .bar{fill:var(--attack)}
svg .track{stroke:var(--line);stroke-width:2}
svg .span{stroke-width:6;stroke-linecap:round;opacity:.55}
svg path.track{fill:none}
svg .cut{fill:var(--bad-fill);stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 4}
svg .cut-tag{fill:var(--bad);font-weight:700}
svg .revoke-tag{fill:var(--warn);font-weight:700}
svg .ring{fill:var(--paper);stroke:var(--response);stroke-width:2.5}
.key.attack{color:var(--attack)}.key.owner{color:var(--response)}
svg .mark{stroke:var(--paper);stroke-width:1.5}
.attack .span{stroke:var(--attack)}.detection .span{stroke:var(--detection)}.response .span{stroke:var(--response)}
.attack .mark{fill:var(--attack)}.detection .mark{fill:var(--detection)}.response .mark{fill:var(--response)}
svg .tile{stroke:var(--paper);stroke-width:1.5}
svg .tile-name,svg .tile-size{fill:var(--on-hue)}
svg .tile-name{font-weight:600}
.hue0{fill:var(--hue-0)}.hue1{fill:var(--hue-1)}.hue2{fill:var(--hue-2)}.hue3{fill:var(--hue-3)}.hue4{fill:var(--hue-4)}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem;color:var(--soft);font-size:.88rem}
@media (max-width:40rem){
.slim .when{white-space:normal}
body{padding:1rem .9rem 3rem}
.facts div{grid-template-columns:7rem 1fr}
.chain{display:block}
.chain li{margin:0 0 1.6rem}
.chain li:not(:last-child)::after{content:"\\2193";right:auto;left:1rem;top:auto;bottom:-1.55rem;transform:none}
}
`;
