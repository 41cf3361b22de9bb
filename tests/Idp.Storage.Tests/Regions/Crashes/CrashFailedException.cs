namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>Names the boundary at which a promise was broken.</summary>
public sealed class CrashFailedException(string message, Exception inner) : Exception(message, inner);
