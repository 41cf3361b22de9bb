using Idp.Cli;

return await CommandLine.RunAsync(args);
