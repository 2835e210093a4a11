package dev.heddle.http3;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which package may use what: each line of the table names a layer and everything that its class
 * files may refer to beside java.base and itself. An entry is another layer, a module of the JDK, a
 * package, a class with its nested ones, or a package with all below it ({@code .*}).
 */
final class PackageTable {
  private static final String ROOT = "dev.heddle.http3.";
  private static final Pattern LINE = Pattern.compile("(\\w+):(.*)");
  private static final Pattern DESCRIPTOR = Pattern.compile("L([\\w$]+(?:/[\\w$]+)+)[;<]");
  private static final Map<String, String> JDK_MODULES =
      ModuleFinder.ofSystem().findAll().stream()
          .map(ModuleReference::descriptor)
          .flatMap(module -> module.packages().stream().map(name -> Map.entry(name, module.name())))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Map<String, Set<String>> allowed;

  private PackageTable(Map<String, Set<String>> allowed) {
    this.allowed = allowed;
  }

  /** Reads lines of the form {@code layer: entry entry ...}. */
  static PackageTable of(String table) {
    return new PackageTable(
        table
            .lines()
            .map(LINE::matcher)
            .flatMap(line -> line.results())
            .collect(Collectors.toUnmodifiableMap(line -> line.group(1), PackageTable::entries)));
  }

  private static Set<String> entries(MatchResult line) {
    return line.group(2).isBlank() ? Set.of() : Set.of(line.group(2).strip().split(" +"));
  }

  Set<String> layers() {
    return allowed.keySet();
  }

  /** The layer of a class file, or the name of its package if that is none. */
  String layer(byte[] classFile) {
    return layer(binaryName(ClassFile.of().parse(classFile).thisClass()));
  }

  /** What the class file refers to and may not, one sentence each. */
  List<String> violations(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    String user = binaryName(model.thisClass());
    String layer = layer(user);
    if (!allowed.containsKey(layer)) {
      return List.of(user + " is in no package of the table");
    }
    List<String> violations = new ArrayList<>();
    for (String used : references(model)) {
      if (!layer(used).equals(layer) && !mayUse(allowed.get(layer), used)) {
        violations.add(user + " uses " + used);
      }
    }
    return violations;
  }

  private static boolean mayUse(Set<String> entries, String used) {
    String module = JDK_MODULES.get(packageOf(used));
    return "java.base".equals(module)
        || module != null && entries.contains(module)
        || entries.contains(layer(used))
        || entries.contains(used.replaceFirst("\\$.*", ""))
        || entries.stream().anyMatch(e -> e.endsWith(".*") && below(e, used));
  }

  private static boolean below(String entry, String used) {
    return used.startsWith(entry.substring(0, entry.length() - 1));
  }

  /**
   * Every class that the constant pool names, be it as a class, or in a descriptor, a generic
   * signature or an annotation. A string constant that reads like a descriptor counts too, which
   * costs nothing until someone writes one.
   */
  private static Set<String> references(ClassModel model) {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type when !type.asInternalName().startsWith("[") ->
            names.add(binaryName(type));
        case Utf8Entry text ->
            DESCRIPTOR
                .matcher(text.stringValue())
                .results()
                .forEach(found -> names.add(found.group(1).replace('/', '.')));
        default -> {}
      }
    }
    return names;
  }

  private static String binaryName(ClassEntry entry) {
    return entry.asInternalName().replace('/', '.');
  }

  /** The last part of the package of one of our layers, else the whole package. */
  private static String layer(String binaryName) {
    String name = packageOf(binaryName);
    return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
  }

  private static String packageOf(String binaryName) {
    return binaryName.substring(0, Math.max(0, binaryName.lastIndexOf('.')));
  }
}
