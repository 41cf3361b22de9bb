using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>An update with the run that it belongs to.</summary>
internal sealed record AdmittedUpdate(RunKey Key, Update Update);
