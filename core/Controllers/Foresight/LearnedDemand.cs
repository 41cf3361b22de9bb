using System.Collections.Immutable;
using Idp.Core.Planning;

namespace Idp.Core.Controllers.Foresight;

/// <summary>One object's demand, past and to come.</summary>
/// <param name="Memory">Null when the object starts over.</param>
/// <param name="Hours">The hours that it had not learned from, one after the other; at least none.</param>
/// <param name="Views">The coming hours, as each view sees them.</param>
/// <param name="State">All that was learned, for the next run.</param>
internal sealed record LearnedDemand(ForesightMemory? Memory, DemandWindow Hours, ImmutableArray<DemandWindow> Views, ReadOnlyMemory<byte> State);
