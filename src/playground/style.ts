import { style as reportStyle } from '../report/html/style.ts';

/** The look of the HTML report, in two columns where there is room. */
export const style = `${reportStyle}
body>header{padding:1rem 1rem 0;max-width:110rem;margin:0 auto}
main{max-width:110rem;padding:.5rem 1rem 4rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem 2rem}
h2{margin:0}
.tools{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin:.5rem 0;min-height:2.4rem}
.tools h2{margin-right:auto}
button,select{font:inherit;font-size:.95rem;color:var(--text);background:var(--raised);border:1px solid var(--muted);border-radius:6px;padding:.3rem .6rem;min-height:2.2rem;max-width:100%}
button{cursor:pointer}
select{flex:1 1 8rem;min-width:0;max-width:22rem;background:var(--ground)}
button.line{min-height:1.5rem;padding:0 .5rem;font-size:.8rem;color:var(--link);border-color:var(--line)}
#editor button{min-height:0}
[role=tablist]{display:flex;flex-wrap:wrap;gap:.4rem}
[role=tab]{display:flex;gap:.5rem;align-items:center;border-color:var(--line)}
[role=tab][aria-selected=true]{border-color:var(--link);box-shadow:inset 0 -2px 0 var(--link);font-weight:600}
[role=tab] .badges{display:flex;gap:.3rem}
:is([role=tabpanel],[role=tab]):focus-visible{outline:2px solid var(--link);outline-offset:2px}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.choice{font-size:.875rem}
#editor{border:1px solid var(--line);border-radius:8px;overflow:hidden;height:min(60vh,36rem)}
#editor:focus-within{outline:2px solid var(--link);outline-offset:2px}
#printed{display:none}
#keys{font-size:.8rem}
kbd{font:inherit;border:1px solid var(--line);border-radius:4px;padding:0 .3rem;background:var(--raised);color:var(--text)}
#verdict{border-radius:8px}
#verdict.stale{outline:2px dashed var(--warn);outline-offset:6px}
#verdict .explanations{margin-top:2rem}
#verdict h2{margin:0 0 .6rem}
section.object{border:1px solid var(--line);border-radius:8px;margin:.9rem 0;padding:.7rem .9rem .9rem}
.title{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .6rem}
h4.patch{margin-top:1.2rem}
.diff{margin:0;padding:.5rem 0;border:1px solid var(--line);border-radius:6px;font:.8rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;white-space:pre-wrap}
.diff>*{display:block;padding:0 .75rem 0 calc(.75rem + 2ch);text-indent:-2ch;text-decoration:none}
.diff ins{background:color-mix(in srgb,var(--ready) 35%,var(--ground));color:var(--text)}
.diff del{background:color-mix(in srgb,var(--lost) 14%,var(--ground));color:var(--text)}
.errors{padding-left:1.1rem}
@media (min-width:64rem){
main{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}
.written{position:sticky;top:0;align-self:start}
#editor{height:calc(100vh - 8.5rem)}
}
@media (max-width:30rem){main,body>header{padding-left:.6rem;padding-right:.6rem}section.object{padding:.5rem .6rem .7rem}}
@media print{
main{display:block}
.tools>:not(h2),.choice,#editor,#keys,button.line,noscript{display:none!important}
.written{position:static}
#printed{display:block;white-space:pre-wrap;font-size:.8rem}
section.object{border-color:#999}
}
`;
