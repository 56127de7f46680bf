using KernelHost.Bench;

if (args is [Benchmarks.Nothing])
{
    return 0;
}

if (args is [Benchmarks.QdrantSink])
{
    await QdrantSink.RunAsync();
    return 0;
}

if (args is not [var name, ..] || Benchmarks.Find(name) is not { } benchmark)
{
    Console.Error.WriteLine($"usage: KernelHost.Bench NAME [--output json]\nNAME is one of: {string.Join(", ", Benchmarks.Names)}");
    return 2;
}

var metrics = await benchmark(args[1..]);
if (args is [.., "--output", "json"])
{
    Report.WriteJson(Console.Out, name, metrics);
}
else
{
    Report.WriteTable(Console.Out, name, metrics);
}

return 0;
