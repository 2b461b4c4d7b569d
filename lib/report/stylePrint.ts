/** A4, always light, no scrolling boxes: what does not fit a line is broken, and rows and actions stay whole. */
export const PRINT = `
@page{size:A4;margin:17mm 15mm 18mm;@bottom-left{content:"S3 Data Exfiltration Investigation Report";font:8pt sans-serif;color:#555}@bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#555}}
@media print{
:root{color-scheme:light}
body{max-width:none;padding:0;font-size:9.6pt;line-height:1.45;print-color-adjust:exact;-webkit-print-color-adjust:exact}
h1{font-size:20pt}h2{font-size:14pt}h3{font-size:11.5pt}
section{margin-top:6mm}
h2{padding-top:3mm}
h2,h3,h4,h5,caption,.verdict{break-after:avoid}
tr,.chain,.card,.chain li,figure,.checks li,.facts div{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
table{font-size:8.4pt}
th,td{min-width:15mm;padding:1mm 2mm 1mm 0}
th.wide,td.wide{min-width:30mm}
th.name,td.name{min-width:24mm}
.chain li{flex-basis:34mm;margin-right:6mm;padding:1.5mm 2mm}
.chain li:not(:last-child)::after{right:-5mm;font-size:9pt}
.many{font-size:6.6pt}
.many th,.many td{min-width:0;padding-right:1.2mm;white-space:normal}
th.time,td.time{min-width:28mm;line-height:1.5}
.pill{font-size:7.4pt}
.ids code{font-size:7pt}
.when{white-space:normal}
.lead{font-size:9.8pt}
.verdict{padding:1.5mm 3mm}
.masthead nav{display:none}
.masthead h1{font-size:17pt;margin-bottom:2mm}
.masthead .facts{grid-template-columns:1fr 1fr 1fr;font-size:8.6pt;margin:1mm 0}
.masthead .facts div{grid-template-columns:20mm 1fr}
.masthead .warning{padding:1mm 3mm;margin:1mm 0;font-size:8.6pt}
.answer h2{padding-top:1.5mm;margin-bottom:1.5mm}
.answer figure{margin:1mm 0}
.answer .facts{margin:1mm 0}
.answer ul,.answer ol{margin:1mm 0}
.answer{font-size:8.6pt;line-height:1.34;margin-top:2mm}
.answer h3{font-size:10.5pt;margin:2mm 0 1mm}
.answer li,.answer p{margin-top:0;margin-bottom:.8mm}
.answer + section{break-before:page}
.slim th,.slim td{padding:.45mm 2mm .45mm 0}
details:not([open]) summary{color:var(--soft)}
details:not([open]).fold{display:none}
.appendix{padding:.6mm 0}.appendix:not([open]) summary h3{font-size:9.6pt;font-weight:500}
.checks li{padding:.7mm 0}
.checks small{display:inline}
.card{padding:2mm 3mm}
.meaning,.note,small{font-size:8pt}
h1{margin-bottom:3mm}
.figure{font-size:17pt}
.cards{grid-template-columns:repeat(3,1fr)}
.facts{grid-template-columns:1fr 1fr;gap:0 6mm}
.facts div{grid-template-columns:27mm 1fr;gap:2mm;padding:.8mm 0}
.action{padding:0 4mm 2mm}
pre{font-size:7.6pt;padding:2mm 3mm}
a{color:inherit;text-decoration:none}
.source a{color:var(--accent)}
tr:target{background:none}
}
`;
