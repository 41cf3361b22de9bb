namespace Idp.DevServer.Visibility.Conditions;

/// <summary>A list stands where one value belongs. The genuine server lets its database find out, and reports that.</summary>
internal sealed class RowValueMisusedException() : Exception("SQL logic error: row value misused (1)");
