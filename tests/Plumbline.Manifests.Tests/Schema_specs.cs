namespace Plumbline.Manifests.Tests;

public sealed class Schema_specs
{
    private const string Right =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: planted}
        spec:
          replicas: 1
          selector: {matchLabels: {a: b}}
          template:
            metadata: {labels: {a: b}}
            spec:
              containers:
                - name: planted
                  image: planted:1.0
                  resources: {limits: {memory: 1Gi, cpu: 2}}
                  livenessProbe: {httpGet: {path: /, port: 80}}
        """;

    [Fact]
    public async Task Every_object_of_every_folder_is_as_the_API_has_it() =>
        Assert.All(await Manifests.AllAsync(), manifests => Assert.True(manifests.Objects.Count > 20));

    [Fact]
    public void What_is_right_is_taken() => Assert.Equal(2, ((V1Deployment)Assert.Single(ApiSchema.Read(Right))).Spec.Template.Spec.Containers[0].Resources.Limits.Count);

    [Theory]
    [InlineData("replicas: 1", "replica: 1", "replica")]
    [InlineData("replicas: 1", "replicas: \"1\"", "replicas")]
    [InlineData("image: planted:1.0", "image: 1.0", "image")]
    [InlineData("path: /,", "path: /, timeoutSeconds: 1,", "timeoutSeconds")]
    [InlineData("matchLabels: {a: b}", "matchLabels: {a: 1}", "matchLabels")]
    public void A_field_that_the_API_has_not_or_that_is_of_another_type_is_found(string right, string wrong, string field)
    {
        FormatException error = Assert.Throws<FormatException>(() => ApiSchema.Read(Right.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.StartsWith("Deployment planted: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_the_API_has_not_is_found() => Assert.Equal(
        "Deployment planted: the API has no Deployment in apps/v2",
        Assert.Throws<FormatException>(() => ApiSchema.Read(Right.Replace("apps/v1", "apps/v2", StringComparison.Ordinal))).Message);
}
