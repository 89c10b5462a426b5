package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an embedder sees of the journal. */
class FaceTest {
    private static final String ROOM = "io.sightlog.journal";
    private static final int MOST_TYPES = 32;

    private final List<JavaClass> face = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOM).stream()
                    .filter(type -> type.getPackageName().equals(ROOM))
                    .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                    .toList();

    @Test
    void saysNothingOfTheInnerRooms() {
        List<String> said = new ArrayList<>();
        for (JavaClass type : face) {
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (unit.getModifiers().contains(JavaModifier.PUBLIC)
                        && (isInner(unit.getRawReturnType())
                                || unit.getRawParameterTypes().stream().anyMatch(FaceTest::isInner))) {
                    said.add(unit.getFullName());
                }
            }
            for (JavaField field : type.getFields()) {
                if (field.getModifiers().contains(JavaModifier.PUBLIC) && isInner(field.getRawType())) {
                    said.add(field.getFullName());
                }
            }
        }
        assertThat(said).isEmpty();
    }

    @Test
    void isSmall() {
        assertThat(face.stream().filter(type -> !type.getName().contains("$"))).hasSizeBetween(15, MOST_TYPES);
    }

    private static boolean isInner(JavaClass type) {
        return type.getPackageName().startsWith(ROOM + ".internal");
    }
}
