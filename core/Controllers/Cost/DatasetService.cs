using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Which service a dataset belongs to.</summary>
public sealed record DatasetService(DatasetId Dataset, ServiceId Service);
