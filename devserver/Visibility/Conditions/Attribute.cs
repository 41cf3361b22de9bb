using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>A search attribute that a query names.</summary>
/// <param name="Alias">As the query has it.</param>
/// <param name="Name">As it is registered.</param>
internal sealed record Attribute(string Alias, string Name, IndexedValueType Type);
