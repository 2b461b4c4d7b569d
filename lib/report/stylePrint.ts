/** A4, always light, no scrolling boxes: what does not fit a line is broken, and rows and actions stay whole. */
export const PRINT = `
@page{size:A4;margin:17mm 15mm 18mm;@bottom-left{content:"S3 Data Exfiltration Investigation Report";font:8pt sans-serif;color:#555}@bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#555}}
@media print{
:root{color-scheme:light}
body{max-width:none;padding:0;font-size:9.6pt;line-height:1.45;print-color-adjust:exact;-webkit-print-color-adjust:exact}
h1{font-size:20pt}h2{font-size:14pt}h3{font-size:11.5pt}
section{margin-top:7mm}
h2,h3,h4,h5,caption{break-after:avoid}
tr,.card,.chain li,figure,.checks li,.facts div{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
table{font-size:8.4pt}
th,td{min-width:0;padding-right:2mm}
.lead{font-size:11pt}
.figure{font-size:17pt}
.cards{grid-template-columns:repeat(3,1fr)}
.facts{grid-template-columns:1fr 1fr}
nav{break-before:page}
a{color:inherit;text-decoration:none}
.source a,nav a{color:var(--accent)}
tr:target{background:none}
}
`;
