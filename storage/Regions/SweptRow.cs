using Idp.Core;
using Idp.Core.Movement;

namespace Idp.Storage.Regions;

/// <summary>An object and its ownership row, as a sweep has read it.</summary>
public sealed record SweptRow(ObjectId Object, Ownership Row);
