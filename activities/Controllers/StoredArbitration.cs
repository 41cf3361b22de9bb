using Idp.Core.Arbitration;

namespace Idp.Activities.Controllers;

/// <summary>What bound one run of the arbiter, as stored: with the run's proposals it gives the same decisions again.</summary>
public sealed record StoredArbitration(ArbiterOptions Options, ArbiterContext Context);
