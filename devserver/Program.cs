using Idp.DevServer.Grpc;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddGrpcFront();
builder.WebHost.ConfigureKestrel(k => k.ListenLocalhost(17233, l => l.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2));
var app = builder.Build();
app.MapGrpcFront();
await app.RunAsync();
