namespace Idp.DevServer.Grpc;

/// <summary>Stands for all services towards ASP.NET Core, which wants a type; <see cref="TemporalFrontMethods"/> gives it its methods.</summary>
internal sealed class TemporalFront;
