using Idp.Core;

namespace Idp.Api;

/// <param name="WasDrained">False: it was open already.</param>
public sealed record RegionOpened(RegionId Region, bool WasDrained);
