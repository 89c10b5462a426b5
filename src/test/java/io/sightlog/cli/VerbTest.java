package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class VerbTest {
    @ParameterizedTest
    @EnumSource
    void isTypedAsItsClassSays(Verb verb) {
        assertThat(verb.type().getAnnotation(Command.class).name()).isEqualTo(verb.text());
    }

    @ParameterizedTest
    @EnumSource
    void isTheOnlyOneMadeWhenItIsAskedFor(Verb verb) {
        assertThat(with(verb.text(), "--help").getSubcommands().keySet()).containsExactly(verb.text());
    }

    @Test
    void noneIsMadeForTheVersion() {
        assertThat(with("--version").getSubcommands()).isEmpty();
        assertThat(with().getSubcommands()).hasSameSizeAs(Verb.values());
    }

    private static CommandLine with(String... args) {
        CommandLine line =
                new CommandLine(CommandLine.Model.CommandSpec.create().name("sightlog"));
        Verb.addTo(line, args);
        return line;
    }
}
