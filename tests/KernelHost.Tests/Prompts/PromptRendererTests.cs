using KernelHost.Prompts;

namespace KernelHost.Tests.Prompts;

public sealed class PromptRendererTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["company"] = "Alder & Finch <b>", ["empty"] = "" };

    [Theory]
    [InlineData("", "")]
    [InlineData("Plain { text } with $company.", "Plain { text } with $company.")]
    [InlineData("You work for {{$company}}.", "You work for Alder & Finch <b>.")]
    [InlineData("{{ $company }}{{$COMPANY}}", "Alder & Finch <b>Alder & Finch <b>")]
    [InlineData("[{{$empty}}]", "[]")]
    [InlineData("{{'{{$company}}'}}", "{{$company}}")]
    [InlineData("{{}} and {{ open", "{{}} and {{ open")]
    public async Task RenderAsync_Template_FillsVariablesInAsTheyAre(string template, string expected) =>
        Assert.Equal(expected, await PromptRenderer.RenderAsync(template, Variables, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("{{time.now}}", "calls the function 'time.now'")]
    [InlineData("{{ shell 'rm -rf' }}", "calls the function 'shell 'rm -rf''")]
    [InlineData("{{$company}} {{plugin.do input=$company}}", "calls the function 'plugin.do input=$company'")]
    [InlineData("{{ {{time.now}}", "calls the function 'time.now'")]
    [InlineData("{{'a'}}{{x}}", "calls the function 'x'")]
    [InlineData("{{{x}}}", "calls the function 'x'")]
    [InlineData("{{$}}", "The template is not valid")]
    [InlineData("{{$a-b}}", "The template is not valid")]
    [InlineData("{{$a b}}", "The template is not valid")]
    public async Task Validate_TemplateThatCannotBeRendered_SaysWhyAndRenderingThrowsTheSame(string template, string message)
    {
        var problem = PromptRenderer.Validate(template);
        Assert.Contains(message, problem, StringComparison.Ordinal);
        Assert.Equal(problem, (await Assert.ThrowsAsync<PromptException>(
            () => PromptRenderer.RenderAsync(template, Variables, TestContext.Current.CancellationToken))).Message);
    }

    [Fact]
    public async Task RenderAsync_MissingVariable_NamesItAndTheNearest()
    {
        var exception = await Assert.ThrowsAsync<PromptException>(
            () => PromptRenderer.RenderAsync("{{$compny}} {{$company}}", Variables, TestContext.Current.CancellationToken));
        Assert.Equal("The template needs the variable 'compny', which has no value. Did you mean 'company'? Add it to 'variables'; the template uses: compny, company.",
            exception.Message);
    }

    [Fact]
    public void Variables_AreListedOnceInTheOrderOfTheText() =>
        Assert.Equal(["b", "a"], PromptRenderer.Variables("{{$b}} {{$a}} {{$b}}"));

    [Fact]
    public async Task RenderAsync_ValueThatLooksLikeATemplate_IsNotRenderedAgain() =>
        Assert.Equal("{{$company}}", await PromptRenderer.RenderAsync(
            "{{$x}}", new Dictionary<string, string> { ["x"] = "{{$company}}" }, TestContext.Current.CancellationToken));

    // The host's own scan gives the better message; Semantic Kernel's parser decides. Whatever passes must render without any function.
    [Fact]
    public async Task Validate_RandomTemplates_WhatPassesRenders()
    {
        const string Alphabet = "{{}}$'\"\\ ax.=";
        var random = new Random(42);
        var passed = 0;
        for (var i = 0; i < 5000; i++)
        {
            var template = new string([.. Enumerable.Range(0, random.Next(2, 16)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            if (PromptRenderer.Validate(template) is null)
            {
                var values = PromptRenderer.Variables(template).ToDictionary(name => name, _ => "v");
                Assert.NotNull(await PromptRenderer.RenderAsync(template, values, TestContext.Current.CancellationToken));
                passed++;
            }
        }

        Assert.InRange(passed, 100, 4999);
    }
}
