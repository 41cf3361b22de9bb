using System.Xml.Linq;

namespace Idp.Architecture.Tests;

/// <summary>Who may know whom; the same as the diagram in docs/ARCHITECTURE.md.</summary>
internal static class ProjectDiagram
{
    private static readonly string[] Telemetry =
    [
        "Npgsql.OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Extensions.Hosting",
        "OpenTelemetry.Instrumentation.AspNetCore", "OpenTelemetry.Instrumentation.Http", "OpenTelemetry.Instrumentation.Runtime",
    ];

    private static readonly string[] Plane = ["core", "policies", "workflows", "storage", "activities"];

    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new(StringComparer.Ordinal)
    {
        ["core"] = ([], []),
        ["policies"] = (["core"], ["YamlDotNet"]),
        ["workflows"] = (["core"], ["Temporalio"]),
        ["storage"] = (["core"], ["Npgsql", "Microsoft.Extensions.Hosting"]),
        ["embedded"] = (["core"], ["Npgsql"]),
        ["simulation"] = (["core"], []),
        ["advise"] = (["core", "policies", "simulation"], []),
        ["client"] = (["core"], ["Npgsql", "Microsoft.Extensions.Logging.Abstractions"]),
        ["activities"] = (
            ["core", "policies", "workflows", "storage"],
            ["Microsoft.Extensions.Hosting", "Microsoft.Extensions.Options.DataAnnotations", "Polly.Core", "Temporalio"]),
        ["worker"] = (Plane, ["Microsoft.Extensions.Hosting", "Temporalio.Extensions.Hosting", .. Telemetry]),
        ["api"] = (Plane, ["Temporalio", .. Telemetry]),
        ["devserver"] = (
            [],
            [
                "Cronos", "Google.Api.CommonProtos", "Google.Protobuf", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server",
                "Grpc.AspNetCore.Server.Reflection", "Grpc.StatusProto", "Microsoft.Data.Sqlite", "System.CommandLine", "Temporalio",
            ]),
        ["cli"] = ([.. Plane, "worker", "api", "client", "devserver", "embedded", "simulation", "advise"], ["Spectre.Console", "System.CommandLine"]),
        ["bench"] = (["core", "policies", "storage", "client", "devserver", "embedded", "simulation", "advise", "cli"], ["BenchmarkDotNet", "Google.OrTools", "Temporalio"]),
        ["chaos"] = (["core", "storage", "client", "embedded", "simulation", "cli"], ["Temporalio"]),
    };

    /// <returns>What a project references against the diagram, in words. Tests are free.</returns>
    /// <param name="path">Relative to the root, for example <c>core/Idp.Core.csproj</c>.</param>
    public static IEnumerable<string> Violations(string path, string projectText)
    {
        var folder = path[..path.IndexOf('/', StringComparison.Ordinal)];
        if (folder == "tests")
        {
            yield break;
        }

        if (!Allowed.TryGetValue(folder, out var allowed))
        {
            yield return $"{path}: the diagram has no folder '{folder}'; add it here and in docs/ARCHITECTURE.md";
            yield break;
        }

        var project = XDocument.Parse(projectText);
        foreach (var reference in Includes(project, "ProjectReference"))
        {
            var target = Path.GetFileName(Path.GetDirectoryName(reference.Replace('\\', '/'))!);
            if (!allowed.Projects.Contains(target, StringComparer.Ordinal))
            {
                yield return $"{path}: {folder} may not know {target}";
            }
        }

        foreach (var package in Includes(project, "PackageReference").Where(package => !allowed.Packages.Contains(package, StringComparer.Ordinal)))
        {
            yield return $"{path}: {folder} may not use the package {package}";
        }

        foreach (var version in project.Descendants("PackageReference").Where(reference => reference.Attribute("Version") is not null))
        {
            yield return $"{path}: the version of {version.Attribute("Include")?.Value} belongs into Directory.Packages.props";
        }

        foreach (var dll in Includes(project, "Reference"))
        {
            yield return $"{path}: {dll} is referenced as a file";
        }
    }

    public static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(found => found.Attribute("Include")?.Value).OfType<string>();
}
