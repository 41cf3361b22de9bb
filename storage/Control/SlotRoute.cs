namespace Idp.Storage;

internal readonly record struct SlotRoute(string Source, string Target);
