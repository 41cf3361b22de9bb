using Idp.Bench;
var b = new PlacementWindows();
foreach (var f in await b.RunAsync(CancellationToken.None)) Console.WriteLine($"{f.Key,-36} {f.Value:0.###}");
