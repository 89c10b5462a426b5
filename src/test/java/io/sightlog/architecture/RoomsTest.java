package io.sightlog.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imports between rooms point one way, and libraries stay in the room they belong to. */
class RoomsTest {
    private static final String HOUSE = "io.sightlog";
    private static final String BROKEN_HOUSE = "io.sightlog.architecture.broken";
    private static final Map<String, ArchRule> RULES = new Rooms(HOUSE).rules();
    private static final Map<String, ArchRule> RULES_OF_BROKEN_HOUSE = new Rooms(BROKEN_HOUSE).rules();
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HOUSE);
    private static final JavaClasses BROKEN_CLASSES = new ClassFileImporter().importPackages(BROKEN_HOUSE);

    static Set<String> rules() {
        return RULES.keySet();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(String rule) {
        RULES.get(rule).check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isNoticedWhenBroken(String rule) {
        assertThat(RULES_OF_BROKEN_HOUSE.get(rule).evaluate(BROKEN_CLASSES).hasViolation())
                .isTrue();
    }

    @Test
    void looksAtTheClassesOfTheHouseAndAtNoTests() {
        assertThat(CLASSES.contain("io.sightlog.event.Event")).isTrue();
        assertThat(CLASSES.contain(RoomsTest.class)).isFalse();
    }
}
