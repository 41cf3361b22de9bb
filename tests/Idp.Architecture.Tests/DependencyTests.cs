using System.Xml.Linq;

namespace Idp.Architecture.Tests;

public sealed class DependencyTests
{
    private static IEnumerable<string> Projects => Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    [Fact]
    public void Projects_AllOfThem_ReferenceOnlyWhatTheDiagramAllows() =>
        Repository.AssertNone(Projects.SelectMany(path => ProjectDiagram.Violations(path, Repository.Read(path))));

    [Theory]
    [InlineData("workflows/Idp.Workflows.csproj", """<ProjectReference Include="../storage/Idp.Storage.csproj" />""", "workflows may not know storage")]
    [InlineData("core/Idp.Core.csproj", """<PackageReference Include="Npgsql" />""", "core may not use the package Npgsql")]
    [InlineData("client/Idp.Client.csproj", """<ProjectReference Include="..\activities\Idp.Activities.csproj" />""", "client may not know activities")]
    [InlineData("policies/Idp.Policies.csproj", """<PackageReference Include="YamlDotNet" Version="1.0.0" />""", "belongs into Directory.Packages.props")]
    [InlineData("storage/Idp.Storage.csproj", """<Reference Include="Some.dll" />""", "is referenced as a file")]
    [InlineData("gadgets/Idp.Gadgets.csproj", "", "the diagram has no folder 'gadgets'")]
    public void Violations_PlantedReference_IsFound(string path, string item, string expected)
    {
        var found = ProjectDiagram.Violations(path, $"<Project><ItemGroup>{item}</ItemGroup></Project>");

        Assert.Contains(found, violation => violation.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void SharedBuildFiles_ReferenceNothingThatShips() => Repository.AssertNone(
        from path in Repository.Files
        where path.EndsWith("Directory.Build.props", StringComparison.Ordinal) || path.EndsWith("Directory.Build.targets", StringComparison.Ordinal)
        from package in ProjectDiagram.Includes(XDocument.Parse(Repository.Read(path)), "PackageReference")
        where package is not "Microsoft.CodeAnalysis.BannedApiAnalyzers" && !path.StartsWith("tests/", StringComparison.Ordinal)
        select $"{path}: {package} would come to every project");

    [Fact]
    public void Projects_AllOfThem_AreInTheSolution()
    {
        var solution = Repository.Read("IdpWorkflows.sln").Replace('\\', '/');

        Repository.AssertNone(Projects.Where(path => !solution.Contains(path, StringComparison.Ordinal)).Select(path => $"{path} is not in IdpWorkflows.sln"));
    }

    [Fact]
    public void Projects_AllOfThem_HaveALockFile() => Repository.AssertNone(
        Projects.Select(path => $"{Path.GetDirectoryName(path)}/packages.lock.json").Where(path => !Repository.Exists(path)).Select(path => $"{path} is missing; run dotnet restore"));

    [Fact]
    public void PackageVersions_AreInAlphabeticalOrder()
    {
        string[] packages = [.. ProjectDiagram.Includes(XDocument.Parse(Repository.Read("Directory.Packages.props")), "PackageVersion")];

        Assert.Equal(packages.Order(StringComparer.OrdinalIgnoreCase), packages);
        Assert.Equal(packages.Length, packages.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
