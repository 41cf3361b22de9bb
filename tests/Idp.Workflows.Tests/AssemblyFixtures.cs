using Idp.Workflows.Tests.Hosting;

[assembly: AssemblyFixture(typeof(DevelopmentServer))]
