using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Memory.Recall;

namespace KernelHost.Cli.Commands;

/// <summary>The options with which memories are selected.</summary>
internal sealed class MemorySelection
{
    private readonly Option<string?> _scope = new("--scope") { Description = "Only memories for a user, session, agent or tenant.", HelpName = "SCOPE" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Only of this principal, session, agent or tenant.", HelpName = "NAME" };
    private readonly Option<string?> _savedBy = new("--saved-by") { Description = "Only what this principal had saved, whoever shares it.", HelpName = "PRINCIPAL" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Only what is kept for this tenant.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(_scope);
        command.Options.Add(_owner);
        command.Options.Add(_savedBy);
        command.Options.Add(_tenant);
    }

    /// <exception cref="UsageException">The scope is none.</exception>
    public MemoryQuery Read(CliContext context) => new()
    {
        Scope = context.Get(_scope) is { } scope ? Scope(scope) : null,
        Owner = context.Get(_owner),
        SavedBy = context.Get(_savedBy),
        Tenant = context.Get(_tenant),
    };

    public static bool IsEmpty(MemoryQuery query) => query is { Ids: null, Scope: null, Owner: null, SavedBy: null, Tenant: null };

    private static MemoryScope Scope(string scope) => Enum.GetValues<MemoryScope>().Cast<MemoryScope?>()
        .FirstOrDefault(candidate => string.Equals(candidate.ToString(), scope, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"{Unknown.Show(scope)} is no scope. Use user, session, agent or tenant.");
}
