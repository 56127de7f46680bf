using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

using var screen = Screen.Open();
using var interrupts = new Interrupts(screen);
return await new CommandRunner(screen, interrupts).RunAsync(args);
