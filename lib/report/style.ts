/** The report's style sheet. No URL in it, and no `style` attribute beside it: the page's policy would refuse both. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1f29;--soft:#566072;--line:#d5dae3;--fill:#f4f6f9;--accent:#1f5fbf;--bad:#b3261e;--good:#1b6e3c;--warn:#8a5300}
@media (prefers-color-scheme:dark){:root{--paper:#12161d;--ink:#e8ebf0;--soft:#a3adbd;--line:#333c4a;--fill:#1a2029;--accent:#8ab4f8;--bad:#ff8a80;--good:#7bd6a0;--warn:#ffc46b}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}
.number{text-align:right}
a{color:var(--accent)}
`;
