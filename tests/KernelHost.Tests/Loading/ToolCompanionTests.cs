using System.Text.Json;
using KernelHost.Loading;
using KernelHost.Manifests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Loading;

/// <summary>Methods that stand by a tool fit it, or the plugin is refused with the tool's name and the cure.</summary>
public sealed class ToolCompanionTests
{
    [Theory]
    [InlineData(typeof(OutcomeOfNothing), "'pays'", "Did you mean 'pay'?")]
    [InlineData(typeof(OutcomeTwice), "'pay'", "does already. Keep one.")]
    [InlineData(typeof(OutcomeOfKeyed), "effect is 'keyed'", "or correct the effect")]
    [InlineData(typeof(OutcomeOfText), "'pay'", "Return a CallOutcome")]
    [InlineData(typeof(OutcomeStranger), "'reference'", "by name and type")]
    [InlineData(typeof(Uncompensated), "'pay'", "Mark one with [CompensationOf(\"pay\")], or declare the effect 'once'.")]
    [InlineData(typeof(CompensationOfOnce), "effect is 'once'", "declare the effect 'compensable'")]
    [InlineData(typeof(CompensationOfNothing), "'pays'", "Did you mean 'pay'?")]
    [InlineData(typeof(CompensationStranger), "'results'", "and 'result'")]
    [InlineData(typeof(CompensationIsTool), "'pay'", "Remove its [KernelFunction]")]
    public void Attach_WhatDoesNotFit_NamesToolAndCure(Type type, string tool, string cure)
    {
        var (_, problems) = Attach(type);

        var problem = Assert.Single(problems, problem => problem.Code == ProblemCodes.ToolCompanion && problem.Message.Contains(cure, StringComparison.Ordinal));
        Assert.Contains(tool, problem.Message, StringComparison.Ordinal);
        Assert.Contains(type.Name, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_Compensation_IsAFactOfTheToolAndNoTool_AndGetsTheCallBack()
    {
        var (tools, problems) = Attach(typeof(Compensated));

        Assert.Empty(problems);
        var tool = Assert.Single(tools);
        Assert.True(tool.Manifest.Compensation);
        Assert.False(tool.Manifest.OutcomeCheck);
        await using var services = new ServiceCollection().AddSingleton<Compensated>().BuildServiceProvider();
        var answer = await new ToolBinding(tool.Compensation!, services, JsonSerializerOptions.Web).InvokeAsync(
            new KernelArguments
            {
                ["amount"] = 5,
                ["result"] = JsonSerializer.SerializeToElement(new Compensated.Payment(5, "p1"), JsonSerializerOptions.Web),
                [ToolInvocation.ContextKey] = new ToolContext { SessionId = "ses_1", RunId = "run_1", CallId = "1.1", Principal = "alice" },
            },
            TestContext.Current.CancellationToken);
        Assert.Equal("took 5 back of p1 for run_1/1.1", answer);
    }

    [Fact]
    public void Manifest_SaysIt_AndAnotherManifestIsAMismatch()
    {
        var tool = Assert.Single(Attach(typeof(Compensated)).Tools).Manifest;

        Assert.NotEqual(ToolIdentity.SchemaHash(tool), ToolIdentity.SchemaHash(tool with { Compensation = false }));
    }

    private static (List<ToolMethod> Tools, List<PluginProblem> Problems) Attach(Type type)
    {
        List<PluginProblem> problems = [];
        var tools = ToolMethod.Of(type).Select(method => ToolMethod.Read(method, type, JsonSerializerOptions.Web).Tool!).ToList();
        return (ToolCompanions.Attach(tools, [type], problems), problems);
    }

#pragma warning disable CA1822 // As plugins have them.
    internal sealed class Compensated
    {
        [KernelFunction("pay"), Effect(ToolEffect.Compensable)]
        public Payment Pay(int amount) => new(amount, "p1");

        [CompensationOf("pay")]
        internal string Unpay(ToolContext context, int amount, Payment result) => $"took {amount} back of {result.Id} for {context.IdempotencyKey}";

        internal sealed record Payment(int Amount, string Id);
    }

    internal sealed class OutcomeOfNothing
    {
        [KernelFunction("pay"), Effect(ToolEffect.Once)]
        public int Pay(int amount) => amount;

        [OutcomeOf("pays")]
        public CallOutcome Outcome() => CallOutcome.DidNotHappen;
    }

    internal sealed class OutcomeTwice
    {
        [KernelFunction("pay"), Effect(ToolEffect.Once)]
        public int Pay(int amount) => amount;

        [OutcomeOf("pay")]
        public CallOutcome Outcome() => CallOutcome.DidNotHappen;

        [OutcomeOf("pay")]
        public Task<CallOutcome> OutcomeAsync() => Task.FromResult(CallOutcome.DidNotHappen);
    }

    internal sealed class OutcomeOfKeyed
    {
        [KernelFunction("pay"), Effect(ToolEffect.Keyed)]
        public int Pay(int amount) => amount;

        [OutcomeOf("pay")]
        public CallOutcome Outcome() => CallOutcome.DidNotHappen;
    }

    internal sealed class OutcomeOfText
    {
        [KernelFunction("pay"), Effect(ToolEffect.Once)]
        public int Pay(int amount) => amount;

        [OutcomeOf("pay")]
        public string Outcome() => "yes";
    }

    internal sealed class OutcomeStranger
    {
        [KernelFunction("pay"), Effect(ToolEffect.Once)]
        public int Pay(int amount) => amount;

        [OutcomeOf("pay")]
        public CallOutcome Outcome(string reference) => CallOutcome.Unknown(reference);
    }

    internal sealed class Uncompensated
    {
        [KernelFunction("pay"), Effect(ToolEffect.Compensable)]
        public int Pay(int amount) => amount;
    }

    internal sealed class CompensationOfOnce
    {
        [KernelFunction("pay"), Effect(ToolEffect.Once)]
        public int Pay(int amount) => amount;

        [CompensationOf("pay")]
        public string Undo() => "undone";
    }

    internal sealed class CompensationOfNothing
    {
        [KernelFunction("pay"), Effect(ToolEffect.Compensable)]
        public int Pay(int amount) => amount;

        [CompensationOf("pays")]
        public string Undo() => "undone";
    }

    internal sealed class CompensationStranger
    {
        [KernelFunction("pay"), Effect(ToolEffect.Compensable)]
        public int Pay(int amount) => amount;

        [CompensationOf("pay")]
        public string Undo(int results) => $"undone {results}";
    }

    internal sealed class CompensationIsTool
    {
        [KernelFunction("pay"), Effect(ToolEffect.Compensable)]
        public int Pay(int amount) => amount;

        [KernelFunction("unpay"), CompensationOf("pay")]
        public string Undo() => "undone";
    }
#pragma warning restore CA1822
}
