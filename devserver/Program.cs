using Idp.DevServer.Hosting;

return await ServerProgram.RunAsync(args);
