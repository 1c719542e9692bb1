package dev.sluice.config;

@Doc("Where the model is registered.")
public record Register(
        @Doc("Name of the connection of kind mlflow.") String connection,
        @Doc("Name of the registered model.") String name,
        @Doc("What happens when every gate passed.") @Name("on_pass") @Default("{alias: champion}") Outcome onPass,
        @Doc("What happens when a gate failed.") @Name("on_reject") @Default("{alias: rejected}") Outcome onReject) {
    public Register {
        Invalid.unless(
                name.matches("[A-Za-z0-9_-][A-Za-z0-9_. -]*"),
                "name",
                "expected letters, digits, dashes, dots and spaces, found '" + name + "'");
    }

    @Doc("What happens to the registered version.")
    public record Outcome(@Doc("Alias that moves to it.") String alias) {
        public Outcome {
            Invalid.unless(
                    alias.matches("[\\w-]{1,255}") && !alias.equalsIgnoreCase("latest") && !alias.matches("[vV]\\d+"),
                    "alias",
                    "expected letters, digits, _ and -, and neither 'latest' nor 'v1'-like, found '" + alias + "'");
        }
    }
}
