/// How a page looks: its style sheet, which stands in the page itself.
///
/// Light and dark follow the reader's system, print is light. Every colour only repeats what a word
/// or a shape says too; text has a contrast of at least 4.5 to 1 on its ground.
enum PageStyle {
  /// The SHA-256 of ``sheet`` in base64, as the policy of the page names it: no other style applies.
  static let hash: StaticString = "iiaFs1O47lYUhkYvJ4C7lifRFJ2EjQXlI9ZjoKHTkVQ="

  /// The style sheet, ASCII.
  static let sheet: StaticString = """
    :root{--bg:#fff;--fg:#1d2329;--soft:#57606a;--line:#dde2e7;--panel:#f6f8fa;--good:#1a6b43;\
    --warn:#875200;--bad:#b3341b;--ok:#3a78ad;--err:#c8401c;--unc:#96690a;\
    --h0:#e4edf6;--h1:#c5daee;--h2:#9cc3e2;--h3:#69a3d0;--h4:#3f82ba;--h5:#1f5f9b;--h6:#0c3d70}
    @media screen and (prefers-color-scheme:dark){:root{--bg:#13171b;--fg:#e3e8ed;--soft:#9da8b3;\
    --line:#2d353d;--panel:#1a2026;--good:#62c795;--warn:#dfab4f;--bad:#ff8d70;--ok:#6fb3e6;\
    --err:#ff8d70;--unc:#e2b257;\
    --h0:#182a3b;--h1:#1d3d5c;--h2:#22547f;--h3:#2e6fa6;--h4:#4d8fca;--h5:#80b7e6;--h6:#c0e0fb}}
    *{box-sizing:border-box}
    html{color-scheme:light dark;-webkit-text-size-adjust:100%}
    body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:76rem;background:var(--bg);\
    color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
    "Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
    a{color:inherit}
    h1{margin:0;font-size:1.6rem;line-height:1.25;font-weight:650;overflow-wrap:anywhere}
    h2{margin:3rem 0 .25rem;font-size:1.15rem;font-weight:650}
    h3{margin:1.5rem 0 .25rem;font-size:.95rem;font-weight:650}
    p{margin:.35rem 0;max-width:48rem}
    .over{margin:0 0 .35rem;color:var(--soft);font-size:.85rem}
    .lead{margin-top:.4rem;color:var(--soft)}
    .note{color:var(--soft);font-size:.87rem}
    nav{margin-top:1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;font-size:.87rem}
    nav a{color:var(--soft);text-decoration:none;border-bottom:1px solid var(--line)}
    nav a:hover,nav a:focus{color:var(--fg);border-color:currentColor}
    .verdicts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem;\
    margin-top:1.5rem}
    .verdict{background:var(--panel);border-radius:6px;border-top:3px solid var(--line);\
    padding:.8rem 1rem 1rem}
    .verdict.good{border-color:var(--good)}
    .verdict.warning{border-color:var(--warn)}
    .verdict.bad{border-color:var(--bad)}
    .verdict h2{margin:0;color:var(--soft);font-size:.8rem;font-weight:600}
    .verdict strong{display:block;font-size:1.15rem;line-height:1.35;font-weight:650;\
    overflow-wrap:anywhere}
    .verdict span{white-space:nowrap}
    .verdict ul{margin:.35rem 0 0;padding:0;list-style:none;font-size:.87rem;color:var(--fg)}
    .verdict li{margin-top:.22rem}
    .verdict bdi{font-weight:550}
    .good{color:var(--good)}.warning{color:var(--warn)}.bad{color:var(--bad)}
    .verdict.good,.verdict.warning,.verdict.bad{color:var(--fg)}
    .verdict.good strong{color:var(--good)}
    .verdict.warning strong{color:var(--warn)}
    .verdict.bad strong{color:var(--bad)}
    .faint{color:var(--soft)}
    .scroll{overflow-x:auto;margin:.5rem 0}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:0 2.5rem;\
    align-items:start}
    table{border-collapse:collapse;font-size:.87rem;min-width:min(100%,34rem)}
    .wide{min-width:100%}
    .pair table{width:100%}
    caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    th,td{padding:.3rem 0 .3rem .75rem;text-align:left;vertical-align:baseline;font-weight:400;\
    border-bottom:1px solid var(--line)}
    tr>:first-child{padding-left:0}
    .n{text-align:right;white-space:nowrap}
    thead th{color:var(--soft);font-size:.8rem;vertical-align:bottom;border-color:var(--soft)}
    tbody th.w{font-weight:550;overflow-wrap:anywhere;min-width:10.5rem}
    tfoot th,tfoot td{border-bottom:0;font-weight:600}
    tfoot th{white-space:nowrap}
    tfoot tr:nth-child(n+2)>*{font-weight:400;color:var(--soft);padding-top:0}
    .why td{padding:0 0 .6rem;color:var(--soft)}
    .told>*{border-bottom:0}
    figure{margin:.75rem 0 0;overflow-x:auto}
    svg{display:block;width:100%;min-width:44rem;height:auto}
    figcaption{color:var(--soft);font-size:.87rem;max-width:80ch}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;margin:.4rem 0;padding:0;\
    list-style:none;font-size:.87rem}
    .legend li{display:flex;align-items:center;gap:.4rem}
    .legend svg{width:1rem;min-width:0;height:1rem}
    .legend svg.wide{width:8.4rem}
    svg text{fill:var(--soft);font-size:12px}
    svg .name{fill:var(--fg);unicode-bidi:isolate}
    svg .way{fill:var(--soft)}
    .grid{stroke:var(--line);stroke-width:1;fill:none}
    .axis{stroke:var(--soft);stroke-width:1;fill:none}
    .ok{stroke:var(--ok);stroke-width:3.4;stroke-linecap:round;fill:none;stroke-opacity:.6}
    .few{stroke-width:5.5;stroke-opacity:.75}
    .err{stroke:var(--err);stroke-width:1.4;fill:none}
    .una{stroke:var(--fg);stroke-width:1.3;fill:var(--fg);fill-opacity:.18}
    .unc{stroke:var(--unc);stroke-width:1.4;fill:none}
    .area{fill:var(--h1);stroke:none}
    .mean{stroke:var(--h5);stroke-width:1.5;fill:none}
    .bars{fill:var(--h3)}
    .mark{stroke:var(--fg);stroke-width:1.4;fill:none}
    .tail{stroke:var(--fg);stroke-width:1.4;stroke-dasharray:2 2;fill:none}
    .ground{fill:var(--panel)}
    .h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}\
    .h4{fill:var(--h4)}.h5{fill:var(--h5)}.h6{fill:var(--h6)}
    .lost{fill:var(--err)}
    dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1.25rem;\
    margin:.5rem 0;font-size:.87rem}
    dt{color:var(--soft)}
    dd{margin:0;overflow-wrap:anywhere}
    footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--line);\
    color:var(--soft);font-size:.8rem}
    @media (max-width:40rem){body{padding:1.25rem 1rem 3rem}h1{font-size:1.3rem}\
    dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
    @media print{body{max-width:none;padding:0;font-size:11px}nav{display:none}\
    h2{margin-top:1.6rem;break-after:avoid}h3{break-after:avoid}figure,tr,.verdict{break-inside:avoid}\
    .scroll,figure{overflow:visible}svg{min-width:0}.verdicts{gap:.5rem;grid-template-columns:repeat(4,1fr)}\
    tfoot{display:table-row-group}.told,.note,.legend{break-after:avoid}figure{break-before:avoid}\
    .verdict,.ground,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}\
    th,td{padding-left:.5rem}table{font-size:.8rem}}
    @page{margin:14mm 12mm}

    """
}
