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
    public async Task Every_object_of_every_folder_fits_the_APIs_schema() =>
        Assert.All(await Manifests.AllAsync(), manifests => Assert.True(manifests.Objects.Count > 20));

    [Fact]
    public void A_right_object_is_accepted() =>
        Assert.Equal(
            2,
            ((V1Deployment)Assert.Single(
                ApiSchema.Read(Right))).Spec.Template.Spec.Containers[0].Resources.Limits.Count);

    [Theory]
    [InlineData("replicas: 1", "replica: 1", "replica")]
    [InlineData("replicas: 1", "replicas: \"1\"", "replicas")]
    [InlineData("image: planted:1.0", "image: 1.0", "image")]
    [InlineData("path: /,", "path: /, timeoutSeconds: 1,", "timeoutSeconds")]
    [InlineData("matchLabels: {a: b}", "matchLabels: {a: 1}", "matchLabels")]
    public void An_unknown_field_and_a_wrong_type_are_found(string right, string wrong, string field)
    {
        FormatException error = Assert.Throws<FormatException>(
            () => ApiSchema.Read(Right.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.StartsWith("Deployment planted: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_kind_is_found() => Assert.Equal(
        "Deployment planted: the API has no Deployment in apps/v2",
        Assert.Throws<FormatException>(
            () => ApiSchema.Read(Right.Replace("apps/v1", "apps/v2", StringComparison.Ordinal))).Message);
}
