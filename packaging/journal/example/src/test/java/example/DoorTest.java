package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {
    @TempDir
    Path temp;

    @Test
    void countsEachPersonOnce() {
        Door door = new Door(temp.resolve("journal"));
        door.see(0, 3);
        assertEquals(3, door.count());
        door.see(3, 5);
        assertEquals(2, new Door(temp.resolve("journal")).count());
        assertEquals(0, door.count());
    }

    /** What Maven has chosen, for whoever compares it with what the application runs with. */
    @Test
    void saysWhatItRunsWith() {
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            System.out.println("uses " + Path.of(jar).getFileName());
        }
    }
}
