using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>The passwords of a pipeline that is in a cluster whole, as Secrets: made once, and then kept, for servers know the password that they were first started with.</summary>
public sealed class PipelineSecrets(ApiServer api)
{
    /// <summary>Of the broker's user, and of the database's.</summary>
    private const string User = "plumbline";

    private const string Broker = "broker";
    private const string Password = "password";
    private const int PasswordBytes = 24;

    /// <param name="pipeline">Namespace of all but the probes.</param>
    /// <param name="probes">The probes' namespace: they have the broker's password and no other.</param>
    /// <returns>What was done, a line for each Secret.</returns>
    /// <exception cref="ApiException">One could not be made.</exception>
    /// <exception cref="ClusterRefusedException">There is one already that has not what is looked for.</exception>
    public async Task<IReadOnlyList<string>> MakeAsync(string pipeline, string probes, CancellationToken token)
    {
        string password = NewPassword();
        bool isBrokerNew = await MakeAsync(pipeline, Broker, BrokerData(password), token);
        password = isBrokerNew ? password : await ReadBrokerPasswordAsync(pipeline, token);
        return
        [
            Told(pipeline, Broker, isBrokerNew),
            await MakeAndTellAsync(probes, Broker, new() { [Password] = password }, token),
            await MakeAndTellAsync(pipeline, "postgres", new() { [Password] = NewPassword() }, token),
            await MakeAndTellAsync(pipeline, "grafana", new() { ["admin-password"] = NewPassword(), ["postgres-password"] = NewPassword() }, token),
        ];
    }

    /// <summary>RabbitMQ reads its first user from a file of settings only.</summary>
    private static Dictionary<string, string> BrokerData(string password) => new()
    {
        [Password] = password,
        ["user.conf"] = $"default_user = {User}\ndefault_pass = {password}\n",
    };

    private static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));

    private static string Told(string inNamespace, string name, bool isNew) => $"{(isNew ? "made" : "kept")} Secret {inNamespace}/{name}";

    private async Task<string> MakeAndTellAsync(string inNamespace, string name, Dictionary<string, string> data, CancellationToken token) =>
        Told(inNamespace, name, await MakeAsync(inNamespace, name, data, token));

    /// <returns>False where there was one already.</returns>
    private async Task<bool> MakeAsync(string inNamespace, string name, Dictionary<string, string> data, CancellationToken token)
    {
        V1Secret secret = new()
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = inNamespace, Labels = new Dictionary<string, string> { ["app.kubernetes.io/part-of"] = User } },
            Data = data.ToDictionary(each => each.Key, each => Encoding.UTF8.GetBytes(each.Value)),
        };
        try
        {
            await api.CallAsync($"create Secret {inNamespace}/{name}", (client, attempt) => client.CoreV1.CreateNamespacedSecretAsync(secret, inNamespace, cancellationToken: attempt), token);
            return true;
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            return false;
        }
    }

    private async Task<string> ReadBrokerPasswordAsync(string inNamespace, CancellationToken token)
    {
        V1Secret there = await api.CallAsync(
            $"read Secret {inNamespace}/{Broker}", (client, attempt) => client.CoreV1.ReadNamespacedSecretAsync(Broker, inNamespace, cancellationToken: attempt), token);
        return there.Data?.TryGetValue(Password, out byte[]? password) == true
            ? Encoding.UTF8.GetString(password)
            : throw new ClusterRefusedException($"Secret {inNamespace}/{Broker} is there and has no {Password}: remove it, and it is made anew");
    }
}
