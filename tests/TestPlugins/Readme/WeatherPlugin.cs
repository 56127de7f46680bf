using System.ComponentModel;
using KernelHost;
using Microsoft.SemanticKernel;

[Plugin("weather", Description = "Tells the weather.")]
public sealed class WeatherPlugin : Plugin
{
    public override void Configure(PluginBuilder builder) => builder.AddTools<WeatherTools>();
}

public sealed class WeatherTools
{
    [KernelFunction, Effect(ToolEffect.Read), Description("Returns the temperature in a city, in degrees Celsius.")]
    public int GetTemperature([Description("The city's name.")] string city) => city.Length;
}
