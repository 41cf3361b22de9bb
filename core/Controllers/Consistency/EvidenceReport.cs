using System.Collections.Immutable;

namespace Idp.Core.Controllers.Consistency;

/// <param name="Operations">By dataset and operation, in their alphabetical order.</param>
/// <param name="Trails">To be handed to the next period, in the order of the objects' names.</param>
public sealed record EvidenceReport(ImmutableArray<OperationEvidence> Operations, ImmutableArray<ObjectTrail> Trails);
