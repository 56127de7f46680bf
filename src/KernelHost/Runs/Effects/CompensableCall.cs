using System.Globalization;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Text;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Effects;

/// <summary>A call that took effect and that nobody has undone, as its session's journal tells it.</summary>
internal sealed class CompensableCall
{
    private const string ResultArgument = "result";

    private readonly ToolArtifact _artifact;
    private readonly string _tool;
    private readonly IDictionary<string, object?>? _arguments;
    private readonly object? _result;

    private CompensableCall(SessionState session, ToolContext context, in Made made)
    {
        (Session, Context, Agent) = (session, context, made.Agent);
        (_artifact, _tool, _arguments, _result) = (made.Artifact, made.Tool, made.Arguments, made.Result);
    }

    /// <summary>The session, folded to its end.</summary>
    public SessionState Session { get; }

    /// <summary>The call's own context, with its key.</summary>
    public ToolContext Context { get; }

    /// <summary>The agent that made it, which need not be the one its run began with.</summary>
    public string Agent { get; }

    /// <summary>Finds the call.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="callId">The call.</param>
    /// <param name="events">The whole session.</param>
    /// <exception cref="RunException">It cannot be undone.</exception>
    public static CompensableCall Find(RunSummary run, string callId, IReadOnlyList<RunEvent> events)
    {
        var session = new SessionState(run.SessionId);
        RunStarted? started = null;
        CallState? open = null;
        CallStarted? announced = null;
        CallCompleted? completed = null;
        string? tool = null;
        var agent = run.Agent;
        foreach (var runEvent in events)
        {
            // Before the end closes it, the state still knows with which arguments the call was really made.
            switch (runEvent)
            {
                case RunStarted own when own.RunId == run.RunId:
                    started = own;
                    break;
                case CallEvent about when about.RunId == run.RunId && about.CallId == callId:
                    (open, announced, completed) = (
                        session.Run?.OpenCalls.FirstOrDefault(call => call.CallId == callId) ?? open,
                        about as CallStarted ?? announced, about as CallCompleted ?? completed);
                    agent = about is CallStarted ? session.Run?.Agent ?? agent : agent;
                    tool = (about as CallDecided)?.Tool ?? (about as ApprovalRequested)?.Tool ?? tool;
                    break;
                case CompensationCompleted undone when undone.RunId == run.RunId && undone.CallId == callId:
                    throw Refused(run, callId, string.Create(CultureInfo.InvariantCulture, $"it was already undone by '{VisibleText.Escape(undone.By)}' at {undone.Time:u}."));
            }

            session.Apply(runEvent);
        }

        if (open is null || started is null)
        {
            throw new RunException($"Run '{run.RunId}' has no call '{VisibleText.Escape(callId)}'. See its calls with 'kernelhost runs show {run.RunId}'.");
        }

        if (session.Origin is { } fork && started.Sequence <= fork.Length)
        {
            throw Refused(run, callId, $"this run was copied from run '{fork.FromRun}' by a fork. Undo the call where it was made: see 'kernelhost runs list --session {fork.FromSession}'.");
        }

        if (completed is null || announced is null || tool is null)
        {
            throw Refused(run, callId, $"it has not returned, so there is nothing to undo. See what became of it with 'kernelhost runs show {run.RunId}'.");
        }

        if (announced.Artifact is not { } artifact)
        {
            throw Refused(run, callId, $"the tool '{tool}' was not declared compensable when the call was made, so its plugin does not know how.");
        }

        // Its model may be about to build on the call, and would not learn of it.
        if (session.Run is { Ended: false } unfinished)
        {
            throw Refused(run, callId,
                $"run '{unfinished.RunId}' of its session has not finished, and may build on it. Let it finish ('kernelhost resume {unfinished.RunId}') or end it ('kernelhost runs cancel {unfinished.RunId}'), then order it again.");
        }

        return new CompensableCall(
            session,
            new ToolContext { SessionId = run.SessionId, RunId = run.RunId, CallId = callId, Principal = started.Principal, ChatClient = null! },
            new Made(artifact, agent, tool, open.Arguments, completed.FullResult ?? completed.Result));
    }

    /// <summary>The tool as it is installed, if it may stand for the one that made the call.</summary>
    /// <exception cref="RunException">It may not.</exception>
    public Tool Bind(BoundAgent agent)
    {
        var tool = agent.Tools.FirstOrDefault(tool => tool.QualifiedName == _tool)
            ?? throw Refused($"agent '{agent.Name}' does not have the tool '{_tool}' any more. Give it back to the agent, then order it again.");

        // Other files may be a correction; another declaration is another contract.
        if (tool.SchemaHash != _artifact.SchemaHash)
        {
            throw Refused($"it was made by version {_artifact.Version} of the plugin ({Short(_artifact.ContentHash)}), and version {tool.PluginVersion} ({Short(tool.ContentHash)}), which is installed, declares '{_tool}' differently. Install a version that declares it as {_artifact.Version} did, then order it again.");
        }

        return tool.Compensation is not null ? tool
            : throw Refused($"the installed plugin does not know how to undo '{_tool}'. It needs a method with [CompensationOf(\"{tool.Name}\")].");
    }

    /// <summary>What the call was made with, and what it returned; a parameter of the tool that is called <c>result</c> goes first.</summary>
    public KernelArguments Arguments()
    {
        var arguments = _arguments is null ? [] : new KernelArguments(_arguments);
        arguments.TryAdd(ResultArgument, _result);
        arguments[ToolInvocation.ContextKey] = Context;
        return arguments;
    }

    public RunException Refused(string why) => new($"Call '{Context.CallId}' of run '{Context.RunId}' cannot be undone: {why}");

    private static RunException Refused(RunSummary run, string callId, string why) => new($"Call '{callId}' of run '{run.RunId}' cannot be undone: {why}");

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private readonly record struct Made(ToolArtifact Artifact, string Agent, string Tool, IDictionary<string, object?>? Arguments, object? Result);
}
