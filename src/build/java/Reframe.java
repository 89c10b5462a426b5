import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Copies a jar and gives its classes the stack frames of Java 8; nothing they do is changed. Class data sharing leaves out
 * classes as old as picocli's, which say Java 5: they would be parsed and verified at every start.
 */
final class Reframe {
    public static void main(String[] args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        Path draft = Path.of(to + ".draft");
        try (URLClassLoader classes = new URLClassLoader(new URL[] {from.toUri().toURL()});
                JarInputStream in = new JarInputStream(Files.newInputStream(from));
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(draft), in.getManifest())) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                byte[] content = in.readAllBytes();
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                boolean code = entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
                out.write(code ? reframed(content, classes) : content);
            }
        }
        Files.move(draft, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] reframed(byte[] content, ClassLoader classes) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected ClassLoader getClassLoader() {
                return classes;
            }
        };
        ClassVisitor newer = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public void visit(int version, int access, String name, String generic, String above, String[] interfaces) {
                super.visit(Math.max(version, Opcodes.V1_8), access, name, generic, above, interfaces);
            }
        };
        new ClassReader(content).accept(newer, 0);
        return writer.toByteArray();
    }
}
