using KernelHost.Models;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models;

/// <summary>What people read when a model cannot be used, and that it never holds the key.</summary>
public sealed class RefusalTests
{
    private const string Key = "KernelHost:Models:default";

    public static TheoryData<string, int, string, string> Refusals => new()
    {
        { "openai", 401, "Incorrect API key provided", $"refused the API key (401). Set {Key}:ApiKey or OPENAI_API_KEY to a valid key for '<endpoint>'." },
        { "anthropic", 401, "invalid x-api-key", $"refused the API key (401). Set {Key}:ApiKey or ANTHROPIC_API_KEY to a valid key for '<endpoint>'." },
        { "openai", 403, "no", $"refused the API key (403). Set {Key}:ApiKey or OPENAI_API_KEY to a valid key for '<endpoint>'." },
        { "openai", 404, "The model does not exist", $"was not found at '<endpoint>' (404). It said: 'The model does not exist'. Check {Key}:Model and {Key}:Endpoint." },
        { "ollama", 404, "model not found", $"was not found at '<endpoint>' (404). It said: 'model not found'. Run 'ollama pull peer-model' or check {Key}:Model." },
        { "anthropic", 400, "prompt is too long", $"did not accept the request (400). It said: 'prompt is too long'. Check the settings in {Key} and the size of the request." },
        { "openai", 402, "pay", "has no credit left (402). It said: 'pay'. Check the account's billing." },
        { "openai", 418, "teapot", $"did not accept the request (418). It said: 'teapot'. Check the settings in {Key}." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_names_the_model_the_reason_and_the_cure(string provider, int status, string said, string expected)
    {
        await using var peer = new ScriptedPeer(Reply.Json(status, $$$"""{"error":{"message":"{{{said}}}"}}"""));
        var failure = await FailAsync(TestModels.Options(provider, peer.Address));
        var endpoint = TestModels.Options(provider, peer.Address).Endpoint!.ToString();
        Assert.Equal($"Model 'default' ({provider} 'peer-model') {expected.Replace("<endpoint>", endpoint, StringComparison.Ordinal)}", failure.Message);
        Assert.Equal((ModelErrorKind.Permanent, status), (failure.Kind, failure.Status));
        Assert.Single(peer.Requests);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task The_key_goes_to_the_provider_and_into_no_exception(string provider)
    {
        await using var peer = new ScriptedPeer(Reply.Json(400, $$$"""{"error":{"message":"Key {{{TestModels.Key}}} is odd.\u0007\u202E\nNext line"}}"""));
        var failure = await FailAsync(TestModels.Options(provider, peer.Address));
        Assert.Contains(TestModels.Key, Assert.Single(peer.Requests), StringComparison.Ordinal);
        Assert.DoesNotContain(TestModels.Key, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("It said: 'Key *** is odd.   Next line'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_listens_says_so_with_the_endpoint()
    {
        Uri address;
        await using (var peer = new ScriptedPeer(Reply.Nothing))
        {
            address = peer.Address;
        }

        var openai = await FailAsync(TestModels.Options("openai", address));
        Assert.Equal(
            $"Model 'default' (openai 'peer-model') could not be reached: nothing accepts connections at '{address}v1'. Check that the server runs and that {Key}:Endpoint is right.",
            openai.Message);
        Assert.Equal((ModelErrorKind.Temporary, null), (openai.Kind, openai.Status));
        var ollama = await FailAsync(TestModels.Options("ollama", address));
        Assert.EndsWith($"nothing accepts connections at '{address}'. Start Ollama ('ollama serve') or check {Key}:Endpoint.", ollama.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_because_it_would_carry_the_key_along()
    {
        await using var elsewhere = new ScriptedPeer(Reply.Json(200, "{}"));
        await using var peer = new ScriptedPeer(Reply.Json(307, "", $"Location: {elsewhere.Address}"));
        var failure = await FailAsync(TestModels.Options("openai", peer.Address));
        Assert.Contains("has moved (307)", failure.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task An_error_in_a_body_of_status_200_is_a_failure()
    {
        await using var peer = new ScriptedPeer(Reply.Json(200, """{"error":{"message":"upstream is down","code":502}}"""));
        var failure = await FailAsync(TestModels.Options("openai", peer.Address));
        Assert.Contains("reported a fault instead of an answer or in the middle of it. It said: 'upstream is down'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_or_unreadable_explanation_is_cut_or_left_out()
    {
        await using var peer = new ScriptedPeer(Reply.Json(400, $$$"""{"error":"{{{new string('x', 5000)}}}"}"""));
        Assert.InRange((await FailAsync(TestModels.Options("openai", peer.Address))).Message.Length, 300, 600);
        await using var proxy = new ScriptedPeer(Reply.Json(502, "<html>Bad gateway</html>"));
        Assert.DoesNotContain("html", (await FailAsync(TestModels.Options("openai", proxy.Address))).Message, StringComparison.Ordinal);
    }

    private static async Task<ModelException> FailAsync(ModelOptions options)
    {
        using var catalog = TestModels.Catalog(options);
        return await Assert.ThrowsAsync<ModelException>(
            () => catalog.Get("default").Client.GetResponseAsync([new(ChatRole.User, "Hello?")], cancellationToken: TestContext.Current.CancellationToken));
    }
}
