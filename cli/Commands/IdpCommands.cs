using System.CommandLine;
using Idp.Cli.Advise;
using Idp.Cli.Demo;
using Idp.Cli.Development;

namespace Idp.Cli.Commands;

/// <summary>Every command, in the order of the help. A new one is added here and nowhere else.</summary>
internal static class IdpCommands
{
    public static IEnumerable<Command> All =>
    [
        DemoCommand.Create(),
        AdviseCommand.Create(),
        WhatIfCommand.Create(),
        StatusCommand.Create(),
        GetCommand.Create(),
        WhyCommand.Create(),
        WhyNotCommand.Create(),
        ComplianceCommand.Create(),
        SpendCommand.Create(),
        MigrateCommand.Create(),
        MigrationCommands.Create(),
        BatchCommands.Create(),
        EvacuateCommand.Create(),
        RegionCommands.Create(),
        DatasetCommands.Create(),
        DoctorCommand.Create(),
        ReconcileCommand.Create(),
        WorkerCommand.Create(),
        ApiCommand.Create(),
        DevServerCommand.Create(),
        TestCommand.Create(),
        BenchCommand.Create(),
        ChaosCommand.Create(),
    ];
}
