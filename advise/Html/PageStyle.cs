namespace Idp.Advise.Html;

/// <summary>The look of the page: light and dark, wide and narrow, nothing loaded from elsewhere.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--ground:#fbfaf7;--card:#ffffff;--ink:#1d2430;--dim:#667085;--rule:#e4e2db;--plane:#0b7a75;--static:#8a93a3;--saved:#0b7a7522;
        --latency:#c8553d;--storage:#7b6ea8;--egress:#e0a030;--change:#4a90a4;--bad:#b3261e;--good:#0b7a75}
        @media (prefers-color-scheme:dark){:root{--ground:#12161d;--card:#1a202a;--ink:#e8eaee;--dim:#98a2b3;--rule:#2c3441;--plane:#4cc9bf;--static:#7d8799;--saved:#4cc9bf26;
        --latency:#e8836d;--storage:#a79bd4;--egress:#edbb63;--change:#76b6c8;--bad:#ff8a80;--good:#4cc9bf}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
        main{max-width:820px;margin:0 auto;padding:32px 20px 64px}
        .lead,.dim,footer{color:var(--dim)} .whole{white-space:nowrap}
        h1{font-size:15px;font-weight:600;letter-spacing:.02em;color:var(--dim);margin:0 0 18px}
        .hero{font-size:clamp(30px,6.4vw,52px);line-height:1.12;font-weight:700;letter-spacing:-.025em;margin:0;text-wrap:balance}
        .hero b{color:var(--good)} .hero.loss b{color:var(--bad)}
        .lead{font-size:18px;margin:14px 0 26px;max-width:62ch}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:12px;overflow:hidden;margin:0 0 8px}
        .facts div{background:var(--card);padding:14px 16px}
        .facts dt{font-size:13px;color:var(--dim)} .facts dd{margin:2px 0 0;font-size:19px;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
        .facts small{display:block;font-size:13px;font-weight:400;color:var(--dim);letter-spacing:0}
        section{margin-top:44px} h2{font-size:22px;letter-spacing:-.01em;margin:0 0 4px} section>p{margin:0 0 14px;color:var(--dim);max-width:68ch}
        figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:16px;overflow-x:auto} figcaption{font-size:13px;color:var(--dim);margin-top:8px}
        svg{display:block;width:100%;height:auto;min-width:520px}
        .t{font-size:13px;fill:var(--ink)} .strong{font-weight:600} .dim.t,.t.dim{fill:var(--dim);font-variant-numeric:tabular-nums}
        .grid{stroke:var(--rule)} .axis{stroke:var(--dim)} .bound{stroke:var(--ink);stroke-dasharray:3 4;stroke-width:1.5}
        .static-line,.plane-line{fill:none;stroke-width:2.5;stroke-linejoin:round} .static-line{stroke:var(--static)} .plane-line{stroke:var(--plane)} .saved-area{fill:var(--saved)}
        .static-dot{fill:var(--static)} .plane-dot{fill:var(--plane)} .span{stroke:var(--saved);stroke-width:7}
        .latency{fill:var(--latency)} .storage{fill:var(--storage)} .egress{fill:var(--egress)} .change{fill:var(--change)}
        .copy{fill:var(--plane)} .hand-over{fill:var(--egress)} .low{fill:var(--static)} .high{fill:var(--plane)}
        .key{display:inline-block;width:11px;height:11px;border-radius:3px;margin:0 5px 0 14px;vertical-align:-1px} .key:first-child{margin-left:0}
        .k-latency{background:var(--latency)}.k-storage{background:var(--storage)}.k-egress,.k-hand-over{background:var(--egress)}.k-change{background:var(--change)}.k-static{background:var(--static)}.k-plane{background:var(--plane)}
        .table{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:12px}
        table{border-collapse:collapse;width:100%;font-size:14px} th,td{padding:9px 14px;text-align:left;vertical-align:top;border-top:1px solid var(--rule)} thead th{border-top:0;color:var(--dim);font-weight:600;font-size:13px;white-space:nowrap}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap} td.why{color:var(--dim);font-size:13px;border-top:0;padding-top:0} td.name{overflow-wrap:anywhere;min-width:10.5em;font-weight:600} .good{color:var(--good);font-weight:650} .bad{color:var(--bad);font-weight:650}
        li{margin:6px 0} ul{padding-left:20px;margin:0} code{font:13px ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
        .wide{min-width:700px} footer{margin-top:52px;font-size:13px;border-top:1px solid var(--rule);padding-top:14px}
        @media (max-width:560px){main{padding:22px 14px 48px} figure{padding:10px} .facts dd{font-size:17px} th,td{padding:8px 10px} svg{min-width:460px}}
        @media print{body{background:#fff} figure,.table{break-inside:avoid}}
        """;
}
