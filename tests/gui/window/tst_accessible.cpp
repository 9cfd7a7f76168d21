// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QLabel>
#include <QMenuBar>
#include <QShortcut>
#include <QTest>

using namespace projectionist;

namespace {

/// What a screen reader says, labels that point here included.
QString spokenName(QWidget* widget)
{
    auto* interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(QAccessible::Name) : QString();
}

/// Parts of other controls, which speak for them, and frames around what has names of its own.
bool isPartOfAnother(const QWidget* widget)
{
    for (const char* name : {"QTabBar", "QTabWidget", "QScrollArea", "QSplitterHandle", "QMenu", "QMenuBar",
                             "QHeaderView", "QTableCornerButton", "QLabel"})
        if (widget->inherits(name))
            return true;
    const auto* parent = widget->parentWidget();
    return parent && (parent->inherits("QComboBox") || parent->inherits("QComboBoxPrivateContainer"));
}

} // namespace

/// What screen readers and menus say of everything in the window.
class TestAccessible : public QObject
{
    Q_OBJECT
private slots:
    void everyControlHasAnAccessibleName();
    void everyActionHasTextAndAShortcutOfItsOwn();
    void entriesOfOneMenuHaveDifferentLetters();
};

void TestAccessible::everyControlHasAnAccessibleName()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    int controls = 0;
    for (auto* widget : bench.window.findChildren<QWidget*>()) {
        const bool ofQt = widget->objectName().startsWith(QLatin1String("qt_"));
        if (widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() || ofQt || isPartOfAnother(widget))
            continue;
        ++controls;
        QVERIFY2(!spokenName(widget).isEmpty(), qPrintable(describe(widget)));
    }
    QVERIFY(controls > 40);
}

void TestAccessible::everyActionHasTextAndAShortcutOfItsOwn()
{
    WindowBench bench;
    bench.watch(three);
    SandboxMenuState state;
    state.faults = {{QStringLiteral("poison"), QStringLiteral("Write a poisonous event"), {}, {}, true}};
    bench.window.setSandbox(state);
    struct Owner
    {
        QString text;
        const QWidget* scope; ///< in which the keys count
    };
    QMultiMap<QString, Owner> owners;
    const auto ownIn = [&](const QWidget* scope, const QKeySequence& keys, const QString& owner) {
        if (keys.isEmpty())
            return;
        const auto text = keys.toString();
        for (const auto& other : owners.values(text))
            QVERIFY2(scope != other.scope && !scope->isAncestorOf(other.scope) && !other.scope->isAncestorOf(scope),
                     qPrintable(text + ": " + owner + ", " + other.text));
        owners.insert(text, {owner, scope});
    };
    const auto own = [&](const QKeySequence& keys, const QString& owner) { ownIn(&bench.window, keys, owner); };
    for (const auto* menu : bench.window.findChildren<QMenu*>())
        for (const auto* action : menu->actions())
            if (!action->isSeparator() && !action->inherits("QWidgetAction"))
                QVERIFY2(!action->text().isEmpty(), qPrintable(menu->title()));
    for (const auto* action : bench.window.findChildren<QAction*>())
        for (const auto& keys : action->shortcuts())
            own(keys, action->text());
    for (const auto* shortcut : bench.window.findChildren<QShortcut*>())
        for (const auto& keys : shortcut->keys())
            shortcut->context() == Qt::WidgetWithChildrenShortcut
                ? ownIn(qobject_cast<const QWidget*>(shortcut->parent()), keys, QStringLiteral("a shortcut of a part"))
                : own(keys, QStringLiteral("a shortcut of the window"));
    for (const auto* button : bench.window.findChildren<QAbstractButton*>())
        own(button->shortcut(), button->text());
    for (const auto* label : bench.window.findChildren<QLabel*>())
        if (label->buddy())
            own(QKeySequence::mnemonic(label->text()), label->text());
    for (const auto* action : bench.window.menuBar()->actions())
        own(QKeySequence::mnemonic(action->text()), action->text());
    QVERIFY(owners.size() > 12);
}

void TestAccessible::entriesOfOneMenuHaveDifferentLetters()
{
    WindowBench bench;
    bench.watch(three);
    for (const auto* menu : bench.window.menuBar()->findChildren<QMenu*>()) {
        QStringList letters;
        for (const auto* action : menu->actions()) {
            const auto letter = QKeySequence::mnemonic(action->text()).toString();
            QVERIFY2(letter.isEmpty() || !letters.contains(letter), qPrintable(action->text()));
            letters << letter;
        }
    }
}

QTEST_MAIN(TestAccessible)
#include "tst_accessible.moc"
