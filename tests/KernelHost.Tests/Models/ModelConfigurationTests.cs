using KernelHost.Models;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Tests.Models;

public sealed class ModelConfigurationTests
{
    private const string Secret = "sk-secret-0123456789";

    [Fact]
    public void Nothing_configured_is_valid_and_offline()
    {
        var read = Read([]);
        Assert.Empty(read.Errors);
        Assert.Empty(read.Models);
        Assert.Equal("offline", read.Embeddings.Provider);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var read = Read(new()
        {
            ["Models:Writer:Provider"] = "anthropic",
            ["Models:Writer:Model"] = "some-model",
            ["Models:Writer:Endpoint"] = "https://gateway.example/claude",
            ["Models:Writer:ApiKey"] = Secret,
            ["Models:Writer:TimeoutSeconds"] = "30",
            ["Models:Writer:MaxRetries"] = "0",
            ["Models:Writer:MaxOutputTokens"] = "2000",
            ["Models:Writer:Temperature"] = "0.25",
            ["Embeddings:Provider"] = "openai",
            ["Embeddings:Model"] = "text-embedding-3-small",
            ["Embeddings:ApiKey"] = Secret,
            ["Embeddings:Dimensions"] = "256",
        });

        Assert.Empty(read.Errors);
        var model = read.Models["writer"];
        Assert.Equal(("anthropic", "some-model", "https://gateway.example/claude", Secret), (model.Provider, model.Model, model.Endpoint!.ToString(), model.ApiKey));
        Assert.Equal((30, 0, 2000, 0.25f), (model.TimeoutSeconds, model.MaxRetries, model.MaxOutputTokens, model.Temperature));
        Assert.Equal(("openai", "text-embedding-3-small", 256), (read.Embeddings.Provider, read.Embeddings.Model, read.Embeddings.Dimensions));
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "Provider=opnai;Model=m", "Provider", "is 'opnai', which is no provider. Use one of 'openai', 'anthropic', 'ollama', 'offline'. Did you mean 'openai'?" },
        { "Provider=OpenAI;Model=m", "Provider", "is 'OpenAI', which is no provider. Use one of 'openai', 'anthropic', 'ollama', 'offline'. Did you mean 'openai'?" },
        { "Model=m", "Provider", "is missing. Set it to one of 'openai', 'anthropic', 'ollama', 'offline'." },
        { "Provider=ollama", "Model", "is missing. Set it to the id of a model of provider 'ollama'." },
        { "Provider=openai;Model=m", "ApiKey", "is missing. Set it, or the environment variable OPENAI_API_KEY, to a key of provider 'openai'." },
        { "Provider=anthropic;Model=m", "ApiKey", "is missing. Set it, or the environment variable ANTHROPIC_API_KEY, to a key of provider 'anthropic'." },
        { "Provider=openai;Model=m;Endpoint=https://contoso.openai.azure.com/openai/v1/", "ApiKey", "is missing. Set it, or the environment variable OPENAI_API_KEY, to a key of provider 'openai'." },
        { $"Provider=openai;Model=m;ApiKey={Secret}\n", "ApiKey", "holds white space or characters that no key has, perhaps a line break from copying. Set it again." },
        { "Provider=ollama;Model=m;Endpoint=localhost", "Endpoint", "is no absolute address. Write it like 'https://api.openai.com/v1'." },
        { "Provider=ollama;Model=m;Endpoint=ftp://host/", "Endpoint", "is 'ftp://host/', which is no absolute http or https address. Write it like 'http://localhost:11434/'." },
        { $"Provider=openai;Model=m;Endpoint=https://user:{Secret}@host/v1", "Endpoint", "holds a user name, a query or a fragment. Leave only the base address and put the secret into ApiKey." },
        { $"Provider=openai;Model=m;ApiKey=k;Endpoint=https://host/v1?key={Secret}", "Endpoint", "holds a user name, a query or a fragment. Leave only the base address and put the secret into ApiKey." },
        { "Provider=openai;Model=m;ApiKey=k;Endpoint=https://contoso.openai.azure.com/", "Endpoint", "is 'https://contoso.openai.azure.com/'. For Azure OpenAI use its v1 address: 'https://contoso.openai.azure.com/openai/v1/'." },
        { "Provider=openai;Model=m;Endpoint=http://host/v1/chat/completions", "Endpoint", "is 'http://host/v1/chat/completions', the address of one operation. Use the base address before '/chat/completions'." },
        { "Provider=ollama;Model=m;TimeoutSeconds=0", "TimeoutSeconds", "is '0'. Use a number from 1 to 3600." },
        { "Provider=ollama;Model=m;TimeoutSeconds=soon", "TimeoutSeconds", "is 'soon'. Use a whole number." },
        { "Provider=ollama;Model=m;MaxRetries=11", "MaxRetries", "is '11'. Use a number from 0 to 10." },
        { "Provider=ollama;Model=m;MaxOutputTokens=0", "MaxOutputTokens", "is '0'. Use a number above 0, or remove it." },
        { "Provider=ollama;Model=m;Temperature=0,5", "Temperature", "is '0,5'. Use a number with a point, like '0.2'." },
        { "Provider=ollama;Model=m;Temperature=2.5", "Temperature", "is '2.5'. Use a number from 0 to 2, or remove it." },
        { "Provider=anthropic;Model=m;ApiKey=k;Temperature=1.5", "Temperature", "is '1.5'. Use a number from 0 to 1, or remove it." },
        { "Provider=ollama;Model=m;Temperature=NaN", "Temperature", "is 'NaN'. Use a number from 0 to 2, or remove it." },
        { "Provider=ollama;Model=m;InputPricePerMillion=1", "InputPricePerMillion", "belong together. Set both, or no price at all." },
        { "Provider=ollama;Modle=m;Model=m", "Modle", "is no setting. Remove it or use one of Provider, Model, Endpoint, ApiKey, TimeoutSeconds, MaxRetries, MaxOutputTokens, Temperature, InputPricePerMillion, OutputPricePerMillion, CachedInputPricePerMillion, ContextTokens, CompactAtPercent. Did you mean 'Model'?" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_names_its_key_and_its_cure(string settings, string setting, string expected)
    {
        var error = Assert.Single(Read(Parse("Models:default:", settings)).Errors);
        Assert.StartsWith($"KernelHost:Models:default:{setting} ", error, StringComparison.Ordinal);
        Assert.EndsWith(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_all_models_come_at_once()
    {
        var settings = Parse("Models:a:", "Provider=opnai");
        foreach (var (key, value) in Parse("Models:b:", "Provider=openai;MaxRetries=many;TimeoutSeconds=0;Temprature=1").Concat(Parse("Embeddings:", "Provider=anthropic;Dimensions=-1")))
        {
            settings[key] = value;
        }

        var errors = Read(settings).Errors.Select(error => error[..error.IndexOf(' ', StringComparison.Ordinal)]);
        Assert.Equal(
            [
                "KernelHost:Models:a:Provider", "KernelHost:Models:b:Temprature", "KernelHost:Models:b:MaxRetries", "KernelHost:Models:b:Model",
                "KernelHost:Models:b:ApiKey", "KernelHost:Models:b:TimeoutSeconds", "KernelHost:Embeddings:Provider", "KernelHost:Embeddings:Dimensions",
            ],
            errors);
    }

    [Fact]
    public void The_providers_own_variable_gives_the_key()
    {
        var settings = Parse("Models:default:", "Provider=openai;Model=m");
        Assert.Empty(Read(settings, name => name == "OPENAI_API_KEY" ? Secret : null).Errors);
        Assert.Single(Read(settings, name => name == "OPENAI_API_KEY" ? "" : null).Errors);
        Assert.Contains("holds white space", Assert.Single(Read(settings, _ => Secret + "\r\n").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_of_ones_own_needs_no_key() =>
        Assert.Empty(Read(Parse("Models:default:", "Provider=openai;Model=m;Endpoint=http://localhost:8000/v1")).Errors);

    [Fact]
    public void An_empty_value_counts_as_not_set() =>
        Assert.Empty(Read(Parse("Models:default:", "Provider=ollama;Model=m;Endpoint=;ApiKey=;MaxRetries=")).Errors);

    [Fact]
    public void A_value_where_a_section_belongs_is_an_error() =>
        Assert.StartsWith("KernelHost:Models:default is a single value. Make it a section", Assert.Single(Read(new() { ["Models:default"] = "openai" }).Errors), StringComparison.Ordinal);

    [Fact]
    public void The_embeddings_name_the_providers_that_have_any() =>
        Assert.Equal(
            "KernelHost:Embeddings:Provider is missing. Set it to one of 'openai', 'ollama', 'onnx', 'offline'.",
            Assert.Single(Read(Parse("Embeddings:", "Model=m")).Errors));

    [Fact]
    public void Options_never_print_their_key()
    {
        Assert.Equal("openai/m", new ModelOptions { Provider = "openai", Model = "m", ApiKey = Secret }.ToString());
        Assert.Equal("openai/m", new EmbeddingOptions { Provider = "openai", Model = "m", ApiKey = Secret }.ToString());
    }

    private static Dictionary<string, string?> Parse(string prefix, string settings) =>
        settings.Split(';').Select(setting => setting.Split('=', 2)).ToDictionary(pair => prefix + pair[0], pair => (string?)pair[1]);

    private static ModelConfiguration Read(Dictionary<string, string?> settings, Func<string, string?>? environment = null) => ModelConfiguration.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => $"KernelHost:{pair.Key}", pair => pair.Value)).Build(),
        environment ?? (_ => null));
}
