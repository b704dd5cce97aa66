import { pictureStyle } from '../pictures/style.ts';
import { paletteStyle } from './palette.ts';

const monospace = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

/** How the page looks. */
export const style = `
${paletteStyle()}
*,::before,::after{box-sizing:border-box}
html{scroll-padding-top:8rem}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.25;margin:0}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .6rem}
h3{font-size:1rem;margin:0}
h4{font-size:.95rem;margin:0 0 .35rem}
p{margin:.35rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.85em/1.5 ${monospace};unicode-bidi:isolate}
[hidden]{display:none!important}
.muted,.where{color:var(--muted)}
.where{font-size:.875rem}
.verdict{font-size:1.15rem;margin:.4rem 0}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:.5rem;padding:.4rem .8rem;background:var(--ground);border:1px solid var(--line);border-radius:6px;z-index:2}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0 0}
.numbers div{display:flex;flex-direction:column-reverse;justify-content:flex-end;padding:.7rem .9rem;border:1px solid var(--line);border-radius:8px;background:var(--raised)}
.numbers dt{color:var(--muted);font-size:.875rem;line-height:1.35}
.numbers dd{margin:0;font-size:1.7rem;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
.numbers .deny{color:var(--deny)}
.numbers .warn{color:var(--warn)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.4rem 1rem .4rem 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:.875rem;white-space:nowrap}
tbody th{min-width:9rem}
td.number,thead th:nth-last-child(-n+3){text-align:right;width:5rem}
.shares{display:block;max-width:none}
.share-deny{fill:var(--lost)}
.share-warn{fill:var(--waiting)}
.share-clean{fill:var(--ready)}
#filter{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:end;margin:2.5rem 0 0;padding:.8rem 0;background:var(--ground);border-bottom:1px solid var(--line)}
.field{display:flex;flex-direction:column;max-width:100%}
.field:first-child{flex:1 1 12rem}
.field label{font-size:.875rem;color:var(--muted)}
#filter input,#filter select,#filter button{font:inherit;font-size:.95rem;color:var(--text);background:var(--ground);border:1px solid var(--muted);border-radius:6px;padding:.3rem .6rem;max-width:100%;min-height:2.2rem}
#filter select{max-width:14rem}
#filter button{background:var(--raised);cursor:pointer}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem}
#shown{flex-basis:100%;margin:0;font-size:.875rem;color:var(--muted)}
@media (min-width:48rem) and (min-height:40rem){#filter{position:sticky;top:0;z-index:1}}
details.object{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;content-visibility:auto;contain-intrinsic-size:auto 3rem}
details>summary{cursor:pointer;padding:.55rem .9rem}
details.object[open]>summary{border-bottom:1px solid var(--line)}
summary>h3{display:inline}
summary .badge,.brief .badge{margin-left:.6rem}
.body{padding:.4rem .9rem .9rem}
.badge{display:inline-block;padding:0 .5rem;border:1px solid;border-radius:999px;font-size:.8rem;line-height:1.5;white-space:nowrap;font-variant-numeric:tabular-nums}
.badge.deny{color:var(--deny);font-weight:600}
.badge.warn{color:var(--warn)}
.badge.exempt{color:var(--muted)}
.violations{list-style:none;margin:.6rem 0 0;padding:0}
.violations li{display:grid;grid-template-columns:4.6rem 1fr;align-items:baseline;padding:.35rem 0;border-top:1px solid var(--grid)}
.violations .badge{justify-self:start}
.violations p{margin:0}
.notice{border-left:3px solid var(--warn);padding-left:.7rem}
.brief{list-style:none;padding:0;columns:20rem auto}
.brief li{padding:.1rem 0;break-inside:avoid}
.clean{margin:.6rem 0;color:var(--muted)}
.clean p{padding:0 .9rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.2rem;margin-top:1rem}
figure{margin:0;max-width:38rem;display:flex;flex-direction:column;gap:.6rem;min-width:0}
figcaption ul{margin:0;padding-left:1.1rem;font-size:.875rem;color:var(--muted)}
figcaption .bad{color:var(--deny);font-weight:600}
.frame{border:1px solid var(--line);border-radius:6px;padding:.5rem}
.drawings{position:absolute}
.explanations{max-width:52rem}
.explanations section{margin:1.2rem 0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.875rem}
@media (max-width:40rem){th:nth-child(2),td:nth-child(2){display:none}td.number,thead th:nth-last-child(-n+3){width:auto}th,td{padding-right:.6rem}}
@media (max-width:30rem){main{padding:1rem .6rem 3rem}.body{padding:.3rem .6rem .6rem}.violations li{grid-template-columns:1fr}.frame{padding:.1rem}}
@media (forced-colors:active){svg{forced-color-adjust:none}.frame{background:var(--ground)}}
@page{margin:14mm}
@media print{
.pictures{grid-template-columns:1fr 1fr}
.numbers{grid-template-columns:repeat(6,1fr)}
body{font-size:10pt}
main{max-width:none;padding:0}
#filter,.skip{display:none!important}
a{color:inherit;text-decoration:none}
details.object{content-visibility:visible;border-color:#999}
details::details-content{content-visibility:visible;block-size:auto}
.violations li,figure,.numbers,.explanations section{break-inside:avoid}
h2,h3,summary{break-after:avoid}
*{print-color-adjust:exact}
.scroll{overflow:visible}
}
${pictureStyle}`;
