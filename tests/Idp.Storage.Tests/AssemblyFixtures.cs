using Idp.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
