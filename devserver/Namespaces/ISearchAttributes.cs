using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Which search attributes a namespace has.</summary>
public interface ISearchAttributes
{
    /// <summary>System, predefined and custom search attributes of a namespace with their types.</summary>
    /// <returns>A snapshot: later additions appear in later calls only.</returns>
    IReadOnlyDictionary<string, IndexedValueType> All(string ns);
}
